import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { llamaLike } from '../blocks/llama-like.ts'
import { headNorms } from '../blocks/query-key-norm.ts'
import type { Family } from './family.ts'
import { qwenWindow } from './qwen2.ts'

export const qwen3: Family = {
  defaults: {
    vocab_size: 151936,
    hidden_size: 4096,
    intermediate_size: 22016,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 32,
    head_dim: 128,
    max_position_embeddings: 32768,
    sliding_window: 4096,
    max_window_layers: 28,
  },
  build: (config) => {
    const shape = attentionShape(config)
    const window = qwenWindow(config)
    const bias = config.flag('attention_bias', false)
    return llamaLike(config, {
      tied: false,
      kindOf: (index) => String(window(index)),
      attention: (path, index) =>
        groupedAttention(
          path,
          shape,
          { bias, outputBias: bias },
          { ...headNorms(path, shape), slidingWindow: window(index) },
        ),
    })
  },
}
