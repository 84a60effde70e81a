import { attentionShape, fusedAttention, rotaryFraction } from '../blocks/attention.ts'
import { plainFeedForward } from '../blocks/feed-forward.ts'
import { norm } from '../blocks/linear.ts'
import { feedForwardShape } from '../blocks/llama-like.ts'
import { decoder, sameLayers } from '../blocks/model.ts'
import type { Family } from './family.ts'

const path = 'gpt_neox.layers.*'

/** GPT-NeoX and Pythia: attention and MLP side by side, each behind a LayerNorm of its own. */
export const gptNeox: Family = {
  defaults: {
    vocab_size: 50432,
    hidden_size: 6144,
    intermediate_size: 24576,
    num_hidden_layers: 44,
    num_attention_heads: 64,
    max_position_embeddings: 2048,
    rotary_pct: 0.25,
  },
  build: (config) => {
    const shape = attentionShape(config)
    const { hiddenSize } = shape
    const bias = config.flag('attention_bias', true)
    const layerNorm = (name: string) => norm('layer', name, hiddenSize, true)
    const layers = sameLayers(config, {
      attention: fusedAttention(
        { queryKeyValue: `${path}.attention.query_key_value`, output: `${path}.attention.dense` },
        shape,
        { bias, outputBias: bias },
        { rotaryFraction: rotaryFraction(config, 'rotary_pct') },
      ),
      feedForward: plainFeedForward(
        { ...feedForwardShape(config, true), activation: config.text('hidden_act', 'gelu') },
        { up: `${path}.mlp.dense_h_to_4h`, down: `${path}.mlp.dense_4h_to_h` },
      ),
      wiring: config.flag('use_parallel_residual', true) ? 'parallel' : 'sequential',
      norms: [layerNorm(`${path}.input_layernorm`), layerNorm(`${path}.post_attention_layernorm`)],
      loose: [],
    })
    return decoder(config, {
      tied: false,
      layers,
      embeddingName: 'gpt_neox.embed_in',
      headName: 'embed_out',
      finalNorm: layerNorm('gpt_neox.final_layer_norm'),
      dropout: {
        embedding: config.fraction('hidden_dropout', 0),
        attention: config.fraction('attention_dropout', 0),
        residual: config.fraction('hidden_dropout', 0),
      },
    })
  },
}
