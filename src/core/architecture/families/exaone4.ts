import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { llamaLike } from '../blocks/llama-like.ts'
import { headNorms } from '../blocks/query-key-norm.ts'
import { allButEach, windowOf } from '../blocks/windows.ts'
import type { Config } from '../config.ts'
import type { Family } from './family.ts'

/** Layers from one global one to the next: a number, or the letters LLLG. */
function patternLength(config: Config): number {
  const pattern = config.raw('sliding_window_pattern')
  return typeof pattern === 'string' && pattern.length > 0
    ? pattern.length
    : config.count('sliding_window_pattern', 4)
}

/** EXAONE 4: norms behind the blocks and on each head; in the hybrid 32B the global layers have no positions. */
export const exaone4: Family = {
  defaults: {
    vocab_size: 102400,
    hidden_size: 4096,
    intermediate_size: 16384,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 32,
    max_position_embeddings: 2048,
    sliding_window: 4096,
    sliding_window_pattern: 4,
  },
  build: (config) => {
    const shape = attentionShape(config)
    const window = windowOf(config, allButEach(patternLength(config)))
    const hybrid = !config.isNull('sliding_window')
    return llamaLike(config, {
      tied: false,
      normNames: ['post_attention_layernorm', 'post_feedforward_layernorm'],
      wiring: 'post-norm',
      kindOf: (index) => String(window(index)),
      attention: (path, index) =>
        groupedAttention(
          path,
          shape,
          {},
          {
            ...headNorms(path, shape),
            slidingWindow: window(index),
            positions: hybrid && window(index) === null ? 'none' : 'rotary',
          },
        ),
    })
  },
}
