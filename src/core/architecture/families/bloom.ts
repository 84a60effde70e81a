import { attentionShape, fusedAttention } from '../blocks/attention.ts'
import { plainFeedForward } from '../blocks/feed-forward.ts'
import { norm } from '../blocks/linear.ts'
import { decoder, sameLayers } from '../blocks/model.ts'
import type { Family } from './family.ts'

const path = 'transformer.h.*'

export const bloom: Family = {
  defaults: { vocab_size: 250880, hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 8 },
  aliases: {
    hidden_size: ['hidden_size', 'n_embed'],
    num_hidden_layers: ['n_layer'],
    num_attention_heads: ['n_head'],
    max_position_embeddings: ['seq_length'],
  },
  build: (config) => {
    const shape = attentionShape(config)
    const { hiddenSize } = shape
    const layers = sameLayers(config, {
      attention: fusedAttention(
        { queryKeyValue: `${path}.self_attention.query_key_value`, output: `${path}.self_attention.dense` },
        shape,
        { bias: true, outputBias: true },
        { positions: 'alibi' },
      ),
      feedForward: plainFeedForward(
        { hiddenSize, intermediateSize: 4 * hiddenSize, activation: 'bloom_gelu', bias: true },
        { up: `${path}.mlp.dense_h_to_4h`, down: `${path}.mlp.dense_4h_to_h` },
      ),
      wiring: 'sequential',
      norms: [
        norm('layer', `${path}.input_layernorm`, hiddenSize, true),
        norm('layer', `${path}.post_attention_layernorm`, hiddenSize, true),
      ],
      loose: [],
    })
    return decoder(config, {
      tied: true,
      layers,
      embeddingName: 'transformer.word_embeddings',
      embeddingNorm: norm('layer', 'transformer.word_embeddings_layernorm', hiddenSize, true),
      finalNorm: norm('layer', 'transformer.ln_f', hiddenSize, true),
      dropout: {
        embedding: 0,
        attention: config.fraction('attention_dropout', 0),
        residual: config.fraction('hidden_dropout', 0),
      },
    })
  },
}
