import type { Architecture } from '../../domain/architecture.ts'
import { gatedFeedForward, looseRouter, moduleExperts } from '../blocks/feed-forward.ts'
import { latentAttention } from '../blocks/latent-attention.ts'
import { feedForwardShape, llamaLike } from '../blocks/llama-like.ts'
import type { Config } from '../config.ts'
import { expertAliases, type Family } from './family.ts'

/** A bare router, experts, and shared experts that are one wide gated block. */
function experts(config: Config, path: string, expertCount: number) {
  const hiddenSize = config.size('hidden_size')
  const shape = {
    hiddenSize,
    intermediateSize: config.size('moe_intermediate_size'),
    activation: config.text('hidden_act', 'silu'),
    expertCount,
    expertsPerToken: config.expertsPerToken('num_experts_per_tok', expertCount),
  }
  const sharedCount = config.index('n_shared_experts', 0)
  const sharedShape = { ...shape, intermediateSize: shape.intermediateSize * sharedCount }
  return moduleExperts(path, shape, {
    router: looseRouter(`${path}.gate.weight`, expertCount, hiddenSize),
    shared: sharedCount === 0 ? null : gatedFeedForward(`${path}.shared_experts`, sharedShape),
  })
}

/** Latent attention, first layers dense, the others with experts. */
function deepseek(config: Config): Architecture {
  const firstSparse = config.index('first_k_dense_replace', 0)
  const expertCount = config.index('n_routed_experts', 0)
  const isSparse = (index: number): boolean => expertCount > 0 && index >= firstSparse
  return llamaLike(config, {
    tied: false,
    kindOf: (index) => String(isSparse(index)),
    attention: (path) => latentAttention(path, config),
    feedForward: (path, index) =>
      isSparse(index)
        ? experts(config, `${path}.mlp`, expertCount)
        : gatedFeedForward(`${path}.mlp`, feedForwardShape(config, config.flag('mlp_bias', false))),
  })
}

export const deepseekV2: Family = {
  defaults: {
    vocab_size: 32000,
    hidden_size: 4096,
    intermediate_size: 11008,
    moe_intermediate_size: 1407,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    max_position_embeddings: 2048,
    kv_lora_rank: 512,
    q_lora_rank: 1536,
    qk_rope_head_dim: 64,
    qk_nope_head_dim: 128,
    v_head_dim: 128,
    n_routed_experts: 64,
    n_shared_experts: 2,
  },
  aliases: expertAliases,
  build: deepseek,
}

/** DeepSeek V3, Kimi K2 and Moonlight. */
export const deepseekV3: Family = {
  defaults: {
    vocab_size: 129280,
    hidden_size: 7168,
    intermediate_size: 18432,
    moe_intermediate_size: 2048,
    num_hidden_layers: 61,
    num_attention_heads: 128,
    max_position_embeddings: 4096,
    kv_lora_rank: 512,
    q_lora_rank: 1536,
    qk_rope_head_dim: 64,
    qk_nope_head_dim: 128,
    v_head_dim: 128,
    n_routed_experts: 256,
    n_shared_experts: 1,
    num_experts_per_tok: 8,
    first_k_dense_replace: 3,
  },
  aliases: expertAliases,
  build: deepseek,
}
