import type { Attention, Linear, Norm } from '../../domain/architecture.ts'
import type { Config } from '../config.ts'
import { linear, norm } from './linear.ts'

/** Multi-head latent attention of DeepSeek: keys and values come from one low-rank vector a token, a part of each head is rotated. */
export function latentAttention(path: string, config: Config): Attention {
  const hiddenSize = config.size('hidden_size')
  const heads = config.size('num_attention_heads')
  const queryRank = config.countOrNull('q_lora_rank')
  const keyValueRank = config.size('kv_lora_rank')
  const rotaryHeadDim = config.size('qk_rope_head_dim')
  const plainHeadDim = config.size('qk_nope_head_dim')
  const valueHeadDim = config.size('v_head_dim')
  const bias = config.flag('attention_bias', false)
  const headDim = plainHeadDim + rotaryHeadDim
  const query: Linear[] =
    queryRank === null
      ? [linear(`${path}.q_proj`, 'query', hiddenSize, heads * headDim)]
      : [
          linear(`${path}.q_a_proj`, 'query-down', hiddenSize, queryRank, bias),
          linear(`${path}.q_b_proj`, 'query-up', queryRank, heads * headDim),
        ]
  const queryNorms: Norm[] = queryRank === null ? [] : [norm('rms', `${path}.q_a_layernorm`, queryRank)]
  return {
    kind: 'latent',
    heads,
    keyValueHeads: heads,
    headDim,
    valueHeadDim,
    keyValueRank,
    rotaryHeadDim,
    linears: [
      ...query,
      linear(`${path}.kv_a_proj_with_mqa`, 'key-value-down', hiddenSize, keyValueRank + rotaryHeadDim, bias),
      linear(`${path}.kv_b_proj`, 'key-value-up', keyValueRank, heads * (plainHeadDim + valueHeadDim)),
      linear(`${path}.o_proj`, 'output', heads * valueHeadDim, hiddenSize, bias),
    ],
    loose: [],
    queryNorm: null,
    keyNorm: null,
    queryKeyNormScope: 'none',
    latentNorms: [...queryNorms, norm('rms', `${path}.kv_a_layernorm`, keyValueRank)],
    slidingWindow: null,
    positions: 'rotary',
    rotaryFraction: rotaryHeadDim / headDim,
    softcap: false,
  }
}
