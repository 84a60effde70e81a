import type { Layer } from '../../domain/architecture.ts'
import { attentionShape, fusedAttention } from '../blocks/attention.ts'
import { plainFeedForward } from '../blocks/feed-forward.ts'
import { norm } from '../blocks/linear.ts'
import { decoder, sameLayers } from '../blocks/model.ts'
import type { Config } from '../config.ts'
import type { Family } from './family.ts'

const path = 'transformer.h.*'

/** Falcon's three generations: one or two norms before side-by-side blocks, or the sequential form of Falcon-RW. */
function wiringOf(config: Config, hiddenSize: number): Pick<Layer, 'wiring' | 'norms'> {
  const layerNorm = (name: string) => norm('layer', `${path}.${name}`, hiddenSize, true)
  const newDecoder = config.flag('new_decoder_architecture', false)
  if (newDecoder && config.count('num_ln_in_parallel_attn', 2) === 2)
    return { wiring: 'parallel', norms: [layerNorm('ln_attn'), layerNorm('ln_mlp')] }
  if (newDecoder || config.flag('parallel_attn', true))
    return { wiring: 'parallel', norms: [layerNorm('input_layernorm')] }
  return {
    wiring: 'sequential',
    norms: [layerNorm('input_layernorm'), layerNorm('post_attention_layernorm')],
  }
}

function keyValueHeads(config: Config, heads: number): number {
  if (config.flag('new_decoder_architecture', false)) return config.count('num_key_value_heads', heads)
  return config.flag('multi_query', true) ? 1 : heads
}

export const falcon: Family = {
  defaults: {
    vocab_size: 65024,
    hidden_size: 4544,
    num_hidden_layers: 32,
    num_attention_heads: 71,
    max_position_embeddings: 2048,
  },
  aliases: {
    num_hidden_layers: ['num_hidden_layers', 'n_layer'],
    num_attention_heads: ['num_attention_heads', 'n_head'],
    num_key_value_heads: ['num_kv_heads', 'n_head_kv'],
  },
  build: (config) => {
    const given = attentionShape(config)
    const { hiddenSize, heads } = given
    const shape = { ...given, keyValueHeads: keyValueHeads(config, heads) }
    const bias = config.flag('bias', false)
    const layers = sameLayers(config, {
      attention: fusedAttention(
        { queryKeyValue: `${path}.self_attention.query_key_value`, output: `${path}.self_attention.dense` },
        shape,
        { bias, outputBias: bias },
        {
          positions: config.flag('alibi', false) ? 'alibi' : 'rotary',
          narrowSoftmax: true,
          copiesParts: true,
        },
      ),
      feedForward: plainFeedForward(
        {
          hiddenSize,
          intermediateSize: config.count('ffn_hidden_size', 4 * hiddenSize),
          activation: config.text('activation', 'gelu'),
          bias,
        },
        { up: `${path}.mlp.dense_h_to_4h`, down: `${path}.mlp.dense_4h_to_h` },
      ),
      ...wiringOf(config, hiddenSize),
      loose: [],
    })
    return decoder(config, {
      tied: true,
      layers,
      embeddingName: 'transformer.word_embeddings',
      finalNorm: norm('layer', 'transformer.ln_f', hiddenSize, true),
      dropout: {
        embedding: 0,
        attention: config.fraction('attention_dropout', 0),
        residual: config.fraction('hidden_dropout', 0),
      },
    })
  },
}
