import { attentionShape, fusedAttention, rotaryFraction } from '../blocks/attention.ts'
import { gatedFeedForward } from '../blocks/feed-forward.ts'
import { norm } from '../blocks/linear.ts'
import { decoder, sameLayers } from '../blocks/model.ts'
import type { Family } from './family.ts'

const path = 'transformer.h.*'

/** Qwen 1: `intermediate_size` counts gate and up together; `no_bias` does not hold for the query-key-value linear. */
export const qwen: Family = {
  defaults: {
    vocab_size: 151936,
    hidden_size: 4096,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    intermediate_size: 22016,
    max_position_embeddings: 8192,
    rotary_pct: 1,
  },
  aliases: { head_dim: ['kv_channels'], max_position_embeddings: ['max_position_embeddings', 'seq_length'] },
  build: (config) => {
    const shape = attentionShape(config)
    const { hiddenSize } = shape
    const bias = !config.flag('no_bias', true)
    const gateAndUp = config.size('intermediate_size')
    if (gateAndUp % 2 !== 0) throw config.error('intermediate_size', `= ${gateAndUp}, which is odd`)
    const layers = sameLayers(config, {
      attention: fusedAttention(
        { queryKeyValue: `${path}.attn.c_attn`, output: `${path}.attn.c_proj` },
        shape,
        { bias: true, outputBias: bias },
        { rotaryFraction: rotaryFraction(config, 'rotary_pct') },
      ),
      feedForward: gatedFeedForward(
        `${path}.mlp`,
        { hiddenSize, intermediateSize: gateAndUp / 2, activation: 'silu', bias },
        { gate: 'w2', up: 'w1', down: 'c_proj' },
      ),
      wiring: 'sequential',
      norms: [norm('rms', `${path}.ln_1`, hiddenSize), norm('rms', `${path}.ln_2`, hiddenSize)],
      loose: [],
    })
    return decoder(config, {
      tied: false,
      layers,
      embeddingName: 'transformer.wte',
      finalNorm: norm('rms', 'transformer.ln_f', hiddenSize),
      dropout: {
        embedding: config.fraction('emb_dropout_prob', 0),
        attention: config.fraction('attn_dropout_prob', 0),
        residual: 0,
      },
    })
  },
}
