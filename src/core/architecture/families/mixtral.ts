import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { moduleExperts } from '../blocks/feed-forward.ts'
import { linear } from '../blocks/linear.ts'
import { expertsShape, llamaLike } from '../blocks/llama-like.ts'
import { everyLayer, windowOf } from '../blocks/windows.ts'
import type { Config } from '../config.ts'
import { expertAliases, type Family } from './family.ts'

/** Mixtral's block: a router and experts with w1 (gate), w3 (up) and w2 (down). */
function mixtralExperts(config: Config, layerPath: string) {
  const path = `${layerPath}.block_sparse_moe`
  const expertCount = config.count('num_local_experts', 8)
  const shape = expertsShape(config, expertCount)
  const router = linear(`${path}.gate`, 'router', shape.hiddenSize, expertCount)
  return moduleExperts(path, shape, { router }, { gate: 'w1', up: 'w3', down: 'w2' })
}

export const mixtral: Family = {
  defaults: {
    vocab_size: 32000,
    hidden_size: 4096,
    intermediate_size: 14336,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    max_position_embeddings: 131072,
    num_local_experts: 8,
    num_experts_per_tok: 2,
  },
  aliases: expertAliases,
  build: (config) => {
    const shape = attentionShape(config)
    const window = windowOf(config, everyLayer)
    return llamaLike(config, {
      tied: false,
      kindOf: (index) => String(window(index)),
      attention: (path, index) => groupedAttention(path, shape, {}, { slidingWindow: window(index) }),
      feedForward: (path) => mixtralExperts(config, path),
    })
  },
}

/** Phi 3.5 MoE: Mixtral's block with LayerNorm and biases. */
export const phimoe: Family = {
  defaults: {
    vocab_size: 32064,
    hidden_size: 4096,
    intermediate_size: 6400,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    max_position_embeddings: 131072,
    num_local_experts: 16,
    num_experts_per_tok: 2,
  },
  aliases: expertAliases,
  build: (config) => {
    const shape = attentionShape(config)
    const window = windowOf(config, everyLayer)
    const bias = config.flag('attention_bias', false)
    return llamaLike(config, {
      tied: false,
      normKind: 'layer',
      normBias: true,
      headBias: config.flag('lm_head_bias', false),
      kindOf: (index) => String(window(index)),
      attention: (path, index) =>
        groupedAttention(path, shape, { bias, outputBias: bias }, { slidingWindow: window(index) }),
      feedForward: (path) => mixtralExperts(config, path),
    })
  },
}
