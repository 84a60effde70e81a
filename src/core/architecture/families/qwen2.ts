import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { llamaLike } from '../blocks/llama-like.ts'
import { windowOf } from '../blocks/windows.ts'
import type { Config } from '../config.ts'
import type { Family } from './family.ts'

/** Qwen's windows: only with `use_sliding_window`, from layer `max_window_layers` on. */
export function qwenWindow(config: Config): (index: number) => number | null {
  if (!config.flag('use_sliding_window', false)) return () => null
  const first = config.index('max_window_layers', 0)
  return windowOf(config, (index) => index >= first)
}

export const qwen2: Family = {
  defaults: {
    vocab_size: 151936,
    hidden_size: 4096,
    intermediate_size: 22016,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 32,
    max_position_embeddings: 32768,
    sliding_window: 4096,
    max_window_layers: 28,
  },
  build: (config) => {
    const shape = attentionShape(config)
    const window = qwenWindow(config)
    return llamaLike(config, {
      tied: false,
      kindOf: (index) => String(window(index)),
      attention: (path, index) =>
        groupedAttention(path, shape, { bias: true }, { slidingWindow: window(index) }),
    })
  },
}
