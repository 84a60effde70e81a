import { attentionShape, fusedAttention } from '../blocks/attention.ts'
import { expertTensor, fusedExperts } from '../blocks/feed-forward.ts'
import { linear, norm } from '../blocks/linear.ts'
import { decoder, sameLayers } from '../blocks/model.ts'
import type { Config } from '../config.ts'
import type { Family } from './family.ts'
import { foundryAliases } from './mpt.ts'

const path = 'transformer.blocks.*'

function experts(config: Config, hiddenSize: number) {
  const feedForward = config.nested('ffn_config', {
    ffn_hidden_size: 3584,
    moe_num_experts: 4,
    moe_top_k: 1,
    ffn_act_fn: { name: 'silu' },
  })
  const name = feedForward.record('ffn_act_fn')?.name
  const intermediateSize = feedForward.size('ffn_hidden_size')
  const expertCount = feedForward.size('moe_num_experts')
  const shape = {
    hiddenSize,
    intermediateSize,
    activation: typeof name === 'string' ? name : 'silu',
    expertCount,
    expertsPerToken: feedForward.expertsPerToken('moe_top_k', expertCount),
  }
  const rows = expertCount * intermediateSize
  const mlp = `${path}.ffn.experts.mlp`
  return fusedExperts(
    shape,
    { router: linear(`${path}.ffn.router.layer`, 'router', hiddenSize, expertCount) },
    [
      expertTensor(`${mlp}.w1`, rows, hiddenSize),
      expertTensor(`${mlp}.v1`, rows, hiddenSize),
      expertTensor(`${mlp}.w2`, rows, hiddenSize),
    ],
  )
}

export const dbrx: Family = {
  defaults: {
    vocab_size: 32000,
    hidden_size: 2048,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    max_position_embeddings: 2048,
  },
  aliases: foundryAliases,
  build: (config) => {
    const attention = config.nested('attn_config', { kv_n_heads: 1 })
    const shape = { ...attentionShape(config), keyValueHeads: attention.count('kv_n_heads', 1) }
    const { hiddenSize } = shape
    const block = `${path}.norm_attn_norm`
    const layers = sameLayers(config, {
      attention: fusedAttention(
        { queryKeyValue: `${block}.attn.Wqkv`, output: `${block}.attn.out_proj` },
        shape,
        {},
      ),
      feedForward: experts(config, hiddenSize),
      wiring: 'sequential',
      norms: [norm('layer', `${block}.norm_1`, hiddenSize), norm('layer', `${block}.norm_2`, hiddenSize)],
      loose: [],
    })
    return decoder(config, {
      tied: false,
      layers,
      embeddingName: 'transformer.wte',
      finalNorm: norm('layer', 'transformer.norm_f', hiddenSize),
      dropout: {
        embedding: config.fraction('emb_pdrop', 0),
        attention: attention.fraction('attn_pdrop', 0),
        residual: config.fraction('resid_pdrop', 0),
      },
    })
  },
}
