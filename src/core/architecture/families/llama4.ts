import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { expertTensor, fusedExperts, gatedFeedForward } from '../blocks/feed-forward.ts'
import { linear } from '../blocks/linear.ts'
import { expertsShape, feedForwardShape, llamaLike } from '../blocks/llama-like.ts'
import { headNorms } from '../blocks/query-key-norm.ts'
import { rotaryLayers } from '../blocks/rotary-layers.ts'
import { windowOf } from '../blocks/windows.ts'
import type { Config } from '../config.ts'
import { expertAliases, type Family } from './family.ts'

/** Fused routed experts and one shared expert that every token passes. */
function experts(config: Config, path: string) {
  const expertCount = config.count('num_local_experts', 16)
  const shape = expertsShape(config, expertCount)
  const { hiddenSize, intermediateSize } = shape
  const parts = {
    router: linear(`${path}.router`, 'router', hiddenSize, expertCount),
    shared: gatedFeedForward(`${path}.shared_expert`, shape),
  }
  return fusedExperts(shape, parts, [
    expertTensor(`${path}.experts.gate_up_proj`, expertCount, hiddenSize, 2 * intermediateSize),
    expertTensor(`${path}.experts.down_proj`, expertCount, intermediateSize, hiddenSize),
  ])
}

/** Layers with experts: `moe_layers`, else every `interleave_moe_layer_step`-th. */
function sparseLayers(config: Config): (index: number) => boolean {
  if (!config.isNull('moe_layers')) {
    const sparse = new Set(config.indices('moe_layers'))
    return (index) => sparse.has(index)
  }
  const step = config.count('interleave_moe_layer_step', 1)
  return (index) => (index + 1) % step === 0
}

/** Llama 4: chunked local layers with rotary positions and normed heads, global layers without either. */
export const llama4Text: Family = {
  defaults: {
    vocab_size: 202048,
    hidden_size: 5120,
    intermediate_size: 8192,
    intermediate_size_mlp: 16384,
    num_hidden_layers: 48,
    num_attention_heads: 40,
    num_key_value_heads: 8,
    head_dim: 128,
    max_position_embeddings: 131072,
    num_local_experts: 16,
    num_experts_per_tok: 1,
    no_rope_layer_interval: 4,
    attention_chunk_size: 8192,
    interleave_moe_layer_step: 1,
  },
  aliases: expertAliases,
  build: (config) => {
    const shape = attentionShape(config)
    const rotates = rotaryLayers(config)
    const window = windowOf(config, rotates, 'attention_chunk_size')
    const isSparse = sparseLayers(config)
    const normed = config.flag('use_qk_norm', true)
    const bias = config.flag('attention_bias', false)
    const dense = {
      ...feedForwardShape(config),
      intermediateSize: config.count('intermediate_size_mlp', 16384),
    }
    return llamaLike(config, {
      tied: false,
      kindOf: (index) => `${window(index)} ${rotates(index)} ${isSparse(index)}`,
      attention: (path, index) =>
        groupedAttention(
          path,
          shape,
          { bias, outputBias: bias },
          {
            ...(normed && rotates(index) ? headNorms(path, shape, 'rms-no-parameters') : {}),
            slidingWindow: window(index),
            positions: rotates(index) ? 'rotary' : 'none',
          },
        ),
      feedForward: (path, index) =>
        isSparse(index)
          ? experts(config, `${path}.feed_forward`)
          : gatedFeedForward(`${path}.feed_forward`, dense),
    })
  },
}
