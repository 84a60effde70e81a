import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { expertTensor, fusedExperts } from '../blocks/feed-forward.ts'
import { linear } from '../blocks/linear.ts'
import { expertsShape, llamaLike } from '../blocks/llama-like.ts'
import type { Config } from '../config.ts'
import { expertAliases, type Family } from './family.ts'

/** Fused experts: one tensor in (gate and up), one out, each with a row for every expert. */
function experts(config: Config, path: string) {
  const expertCount = config.count('num_local_experts', 8)
  const shape = expertsShape(config, expertCount)
  const { hiddenSize, intermediateSize } = shape
  return fusedExperts(shape, { router: linear(`${path}.router.layer`, 'router', hiddenSize, expertCount) }, [
    expertTensor(`${path}.input_linear.weight`, expertCount, 2 * intermediateSize, hiddenSize),
    expertTensor(`${path}.output_linear.weight`, expertCount, hiddenSize, intermediateSize),
  ])
}

export const granitemoe: Family = {
  defaults: {
    vocab_size: 32000,
    hidden_size: 4096,
    intermediate_size: 11008,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    max_position_embeddings: 2048,
    num_local_experts: 8,
    num_experts_per_tok: 2,
  },
  aliases: expertAliases,
  build: (config) => {
    const shape = attentionShape(config)
    const bias = config.flag('attention_bias', false)
    return llamaLike(config, {
      tied: false,
      attention: (path) => groupedAttention(path, shape, { bias, outputBias: bias }),
      feedForward: (path) => experts(config, `${path}.block_sparse_moe`),
    })
  },
}
