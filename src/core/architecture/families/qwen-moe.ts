import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { type ExpertsShape, gatedFeedForward, moduleExperts } from '../blocks/feed-forward.ts'
import { linear } from '../blocks/linear.ts'
import { feedForwardShape, llamaLike } from '../blocks/llama-like.ts'
import { headNorms } from '../blocks/query-key-norm.ts'
import { everyLayer, windowOf } from '../blocks/windows.ts'
import type { Config } from '../config.ts'
import { expertAliases, type Family } from './family.ts'
import { qwenWindow } from './qwen2.ts'

/** Layers with experts: every `decoder_sparse_step`-th that is not in `mlp_only_layers`. */
export function sparseLayers(config: Config): (index: number) => boolean {
  const dense = new Set(config.indices('mlp_only_layers'))
  const step = config.count('decoder_sparse_step', 1)
  const experts = config.index('num_experts', 0)
  return (index) => experts > 0 && !dense.has(index) && (index + 1) % step === 0
}

export function qwenExpertsShape(config: Config): ExpertsShape {
  const expertCount = config.count('num_experts', 1)
  return {
    hiddenSize: config.size('hidden_size'),
    intermediateSize: config.count('moe_intermediate_size', 0),
    activation: config.text('hidden_act', 'silu'),
    expertCount,
    expertsPerToken: config.expertsPerToken('num_experts_per_tok', expertCount),
  }
}

/** A router over experts, and in Qwen 2 a gated shared expert beside them. */
function experts(config: Config, path: string) {
  const shape = qwenExpertsShape(config)
  const router = linear(`${path}.gate`, 'router', shape.hiddenSize, shape.expertCount)
  const sharedSize = config.countOrNull('shared_expert_intermediate_size')
  if (sharedSize === null) return moduleExperts(path, shape, { router })
  return moduleExperts(path, shape, {
    router,
    shared: gatedFeedForward(`${path}.shared_expert`, { ...shape, intermediateSize: sharedSize }),
    sharedGate: linear(`${path}.shared_expert_gate`, 'shared-gate', shape.hiddenSize, 1),
  })
}

const feedForwardOf =
  (config: Config, isSparse: (index: number) => boolean) => (layerPath: string, index: number) =>
    isSparse(index)
      ? experts(config, `${layerPath}.mlp`)
      : gatedFeedForward(`${layerPath}.mlp`, feedForwardShape(config))

export const qwen2Moe: Family = {
  defaults: {
    vocab_size: 151936,
    hidden_size: 2048,
    intermediate_size: 5632,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    num_key_value_heads: 16,
    max_position_embeddings: 32768,
    sliding_window: 4096,
    max_window_layers: 28,
    decoder_sparse_step: 1,
    moe_intermediate_size: 1408,
    shared_expert_intermediate_size: 5632,
    num_experts_per_tok: 4,
    num_experts: 60,
  },
  aliases: expertAliases,
  build: (config) => {
    const shape = attentionShape(config)
    const window = qwenWindow(config)
    const isSparse = sparseLayers(config)
    const bias = config.flag('qkv_bias', true)
    return llamaLike(config, {
      tied: false,
      kindOf: (index) => `${window(index)} ${isSparse(index)}`,
      attention: (path, index) => groupedAttention(path, shape, { bias }, { slidingWindow: window(index) }),
      feedForward: feedForwardOf(config, isSparse),
    })
  },
}

export const qwen3Moe: Family = {
  defaults: {
    vocab_size: 151936,
    hidden_size: 2048,
    intermediate_size: 6144,
    num_hidden_layers: 24,
    num_attention_heads: 32,
    num_key_value_heads: 4,
    max_position_embeddings: 32768,
    sliding_window: 4096,
    decoder_sparse_step: 1,
    moe_intermediate_size: 768,
    num_experts_per_tok: 8,
    num_experts: 128,
  },
  aliases: expertAliases,
  build: (config) => {
    const shape = attentionShape(config)
    const isSparse = sparseLayers(config)
    const bias = config.flag('attention_bias', false)
    const window = config.flag('use_sliding_window', false) ? windowOf(config, everyLayer) : () => null
    return llamaLike(config, {
      tied: false,
      kindOf: (index) => `${window(index)} ${isSparse(index)}`,
      attention: (path, index) =>
        groupedAttention(
          path,
          shape,
          { bias, outputBias: bias },
          { ...headNorms(path, shape), slidingWindow: window(index) },
        ),
      feedForward: feedForwardOf(config, isSparse),
    })
  },
}
