import { attentionShape, groupedAttention, rotaryFraction } from '../blocks/attention.ts'
import { plainFeedForward } from '../blocks/feed-forward.ts'
import { feedForwardShape, llamaLike } from '../blocks/llama-like.ts'
import type { Family } from './family.ts'

/** Nemotron 4 and Minitron: squared ReLU without a gate, LayerNorm with weight plus one. */
export const nemotron: Family = {
  defaults: {
    vocab_size: 256000,
    hidden_size: 6144,
    intermediate_size: 24576,
    num_hidden_layers: 32,
    num_attention_heads: 48,
    max_position_embeddings: 4096,
    partial_rotary_factor: 0.5,
  },
  build: (config) => {
    const shape = attentionShape(config)
    const bias = config.flag('attention_bias', false)
    return llamaLike(config, {
      tied: false,
      normKind: 'layer-plus-one',
      normBias: true,
      attention: (path) =>
        groupedAttention(path, shape, { bias, outputBias: bias }, { rotaryFraction: rotaryFraction(config) }),
      feedForward: (path) =>
        plainFeedForward(
          {
            ...feedForwardShape(config, config.flag('mlp_bias', false)),
            activation: config.text('hidden_act', 'relu2'),
          },
          { up: `${path}.mlp.up_proj`, down: `${path}.mlp.down_proj` },
        ),
    })
  },
}
