import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { expertTensor, fusedExperts, gatedFeedForward } from '../blocks/feed-forward.ts'
import { linear } from '../blocks/linear.ts'
import { feedForwardShape, llamaLike } from '../blocks/llama-like.ts'
import { headNorms } from '../blocks/query-key-norm.ts'
import type { Config } from '../config.ts'
import { expertAliases, type Family } from './family.ts'
import { qwen3Moe, qwenExpertsShape, sparseLayers } from './qwen-moe.ts'

function experts(config: Config, path: string) {
  const shape = qwenExpertsShape(config)
  const { expertCount, hiddenSize, intermediateSize } = shape
  return fusedExperts(shape, { router: linear(`${path}.gate`, 'router', hiddenSize, expertCount) }, [
    expertTensor(`${path}.experts.gate_up_proj`, expertCount, hiddenSize, 2 * intermediateSize),
    expertTensor(`${path}.experts.down_proj`, expertCount, intermediateSize, hiddenSize),
  ])
}

/** Language model of Qwen 3 VL with experts: Qwen 3 MoE with the experts in fused tensors. */
export const qwen3VlMoeText: Family = {
  defaults: { ...qwen3Moe.defaults, num_experts: 60, num_experts_per_tok: 4, moe_intermediate_size: 1408 },
  aliases: expertAliases,
  build: (config) => {
    const shape = attentionShape(config)
    const isSparse = sparseLayers(config)
    const bias = config.flag('attention_bias', false)
    return llamaLike(config, {
      tied: false,
      kindOf: (index) => String(isSparse(index)),
      attention: (path) => groupedAttention(path, shape, { bias, outputBias: bias }, headNorms(path, shape)),
      feedForward: (path, index) =>
        isSparse(index)
          ? experts(config, `${path}.mlp`)
          : gatedFeedForward(`${path}.mlp`, feedForwardShape(config)),
    })
  },
}
