import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { gatedFeedForward } from '../blocks/feed-forward.ts'
import { feedForwardShape, llamaLike } from '../blocks/llama-like.ts'
import type { Family } from './family.ts'

export const ernie45: Family = {
  defaults: {
    vocab_size: 103424,
    hidden_size: 1024,
    intermediate_size: 3072,
    num_hidden_layers: 18,
    num_attention_heads: 16,
    num_key_value_heads: 2,
    head_dim: 128,
    max_position_embeddings: 131072,
  },
  build: (config) => {
    const shape = attentionShape(config)
    const bias = config.flag('use_bias', false)
    return llamaLike(config, {
      tied: true,
      attention: (path) => groupedAttention(path, shape, { bias, outputBias: bias }),
      feedForward: (path) => gatedFeedForward(`${path}.mlp`, feedForwardShape(config, bias)),
    })
  },
}
