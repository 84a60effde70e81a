import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { llamaLike } from '../blocks/llama-like.ts'
import { everyLayer, windowOf } from '../blocks/windows.ts'
import type { Family } from './family.ts'

export const mistral: Family = {
  defaults: {
    vocab_size: 32000,
    hidden_size: 4096,
    intermediate_size: 14336,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    max_position_embeddings: 131072,
    sliding_window: 4096,
  },
  build: (config) => {
    const shape = attentionShape(config)
    const window = windowOf(config, everyLayer)
    return llamaLike(config, {
      tied: false,
      kindOf: (index) => String(window(index)),
      attention: (path, index) => groupedAttention(path, shape, {}, { slidingWindow: window(index) }),
    })
  },
}
