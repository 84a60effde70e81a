import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { gatedFeedForward } from '../blocks/feed-forward.ts'
import { feedForwardShape, llamaLike } from '../blocks/llama-like.ts'
import type { Family } from './family.ts'

export const seedOss: Family = {
  defaults: {
    vocab_size: 155136,
    hidden_size: 4096,
    intermediate_size: 27648,
    num_hidden_layers: 64,
    num_attention_heads: 80,
    num_key_value_heads: 8,
    head_dim: 128,
    max_position_embeddings: 524288,
  },
  build: (config) => {
    const shape = attentionShape(config)
    return llamaLike(config, {
      tied: false,
      dropout: {
        embedding: 0,
        attention: config.fraction('attention_dropout', 0.1),
        residual: config.fraction('residual_dropout', 0.1),
      },
      attention: (path) =>
        groupedAttention(path, shape, {
          bias: config.flag('attention_bias', true),
          outputBias: config.flag('attention_out_bias', false),
        }),
      feedForward: (path) =>
        gatedFeedForward(`${path}.mlp`, feedForwardShape(config, config.flag('mlp_bias', false))),
    })
  },
}
