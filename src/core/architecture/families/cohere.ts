import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { norm } from '../blocks/linear.ts'
import { llamaLike } from '../blocks/llama-like.ts'
import { allButEach, windowOf } from '../blocks/windows.ts'
import type { Family } from './family.ts'

const parallel = {
  tied: true,
  normKind: 'layer-manual',
  normNames: ['input_layernorm'],
  wiring: 'parallel',
} as const

/** Command R: attention and MLP side by side behind one norm; R+ norms each query and key head with a weight of its own. */
export const cohere: Family = {
  defaults: {
    vocab_size: 256000,
    hidden_size: 8192,
    intermediate_size: 22528,
    num_hidden_layers: 40,
    num_attention_heads: 64,
    max_position_embeddings: 8192,
  },
  build: (config) => {
    const shape = attentionShape(config)
    const bias = config.flag('attention_bias', false)
    const normed = config.flag('use_qk_norm', false)
    const headNorm = (name: string, heads: number) =>
      normed ? norm('layer-manual', name, shape.headDim, false, heads) : null
    return llamaLike(config, {
      ...parallel,
      attention: (path) =>
        groupedAttention(
          path,
          shape,
          { bias, outputBias: bias },
          {
            queryNorm: headNorm(`${path}.q_norm`, shape.heads),
            keyNorm: headNorm(`${path}.k_norm`, shape.keyValueHeads),
          },
        ),
    })
  },
}

/** Command R7B and A: three layers with a window and rotary positions, then one without either. */
export const cohere2: Family = {
  defaults: { ...cohere.defaults, sliding_window: 4096, sliding_window_pattern: 4 },
  build: (config) => {
    const shape = attentionShape(config)
    const bias = config.flag('attention_bias', false)
    const window = windowOf(config, allButEach(config.count('sliding_window_pattern', 4)))
    return llamaLike(config, {
      ...parallel,
      kindOf: (index) => String(window(index)),
      attention: (path, index) =>
        groupedAttention(
          path,
          shape,
          { bias, outputBias: bias },
          { slidingWindow: window(index), positions: window(index) === null ? 'none' : 'rotary' },
        ),
    })
  },
}
