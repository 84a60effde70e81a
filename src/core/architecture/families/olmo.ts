import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { moduleExperts } from '../blocks/feed-forward.ts'
import { linear } from '../blocks/linear.ts'
import { expertsShape, llamaLike } from '../blocks/llama-like.ts'
import { projectionNorms } from '../blocks/query-key-norm.ts'
import { expertAliases, type Family } from './family.ts'

const defaults = {
  vocab_size: 50304,
  hidden_size: 4096,
  intermediate_size: 11008,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  max_position_embeddings: 2048,
}

/** OLMo 1: Llama with layer norms that have no parameters. */
export const olmo: Family = {
  defaults,
  build: (config) => {
    const shape = attentionShape(config)
    const bias = config.flag('attention_bias', false)
    return llamaLike(config, {
      tied: false,
      normKind: 'layer-no-parameters',
      attention: (path) => groupedAttention(path, shape, { bias, outputBias: bias }),
    })
  },
}

/** OLMo 2: norms behind the blocks, and over all query and key heads together. */
export const olmo2: Family = {
  defaults,
  build: (config) => {
    const shape = attentionShape(config)
    const bias = config.flag('attention_bias', false)
    return llamaLike(config, {
      tied: false,
      normKind: 'rms-wide',
      normNames: ['post_attention_layernorm', 'post_feedforward_layernorm'],
      wiring: 'post-norm',
      attention: (path) =>
        groupedAttention(path, shape, { bias, outputBias: bias }, projectionNorms(path, shape, 'rms-wide')),
    })
  },
}

export const olmoe: Family = {
  defaults: {
    vocab_size: 50304,
    hidden_size: 2048,
    intermediate_size: 2048,
    num_hidden_layers: 16,
    num_attention_heads: 16,
    max_position_embeddings: 4096,
    num_experts: 64,
    num_experts_per_tok: 8,
  },
  aliases: expertAliases,
  build: (config) => {
    const shape = attentionShape(config)
    const bias = config.flag('attention_bias', false)
    const expertCount = config.count('num_experts', 64)
    return llamaLike(config, {
      tied: false,
      attention: (path) =>
        groupedAttention(path, shape, { bias, outputBias: bias }, projectionNorms(path, shape)),
      feedForward: (path) =>
        moduleExperts(`${path}.mlp`, expertsShape(config, expertCount), {
          router: linear(`${path}.mlp.gate`, 'router', shape.hiddenSize, expertCount),
        }),
    })
  },
}
