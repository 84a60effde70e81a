import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { gatedFeedForward } from '../blocks/feed-forward.ts'
import { feedForwardShape, llamaLike } from '../blocks/llama-like.ts'
import type { Family } from './family.ts'

export const llama: Family = {
  defaults: {
    vocab_size: 32000,
    hidden_size: 4096,
    intermediate_size: 11008,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    max_position_embeddings: 2048,
  },
  build: (config) => {
    const shape = attentionShape(config)
    const bias = config.flag('attention_bias', false)
    return llamaLike(config, {
      tied: false,
      attention: (path) => groupedAttention(path, shape, { bias, outputBias: bias }),
      feedForward: (path) =>
        gatedFeedForward(`${path}.mlp`, feedForwardShape(config, config.flag('mlp_bias', false))),
    })
  },
}
