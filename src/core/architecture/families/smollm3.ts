import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { gatedFeedForward } from '../blocks/feed-forward.ts'
import { feedForwardShape, llamaLike } from '../blocks/llama-like.ts'
import { rotaryLayers } from '../blocks/rotary-layers.ts'
import { windowOf } from '../blocks/windows.ts'
import type { Family } from './family.ts'

/** Llama with every fourth layer without positions. */
export const smollm3: Family = {
  defaults: {
    vocab_size: 128256,
    hidden_size: 2048,
    intermediate_size: 11008,
    num_hidden_layers: 36,
    num_attention_heads: 16,
    num_key_value_heads: 4,
    max_position_embeddings: 32768,
    no_rope_layer_interval: 4,
  },
  build: (config) => {
    const shape = attentionShape(config)
    const bias = config.flag('attention_bias', false)
    const rotates = rotaryLayers(config)
    const slides = config.flag('use_sliding_window', false)
    const window = slides ? windowOf(config, (index) => !rotates(index)) : () => null
    return llamaLike(config, {
      tied: true,
      kindOf: (index) => `${window(index)} ${rotates(index)}`,
      attention: (path, index) =>
        groupedAttention(
          path,
          shape,
          { bias, outputBias: bias },
          { slidingWindow: window(index), positions: rotates(index) ? 'rotary' : 'none' },
        ),
      feedForward: (path) =>
        gatedFeedForward(`${path}.mlp`, feedForwardShape(config, config.flag('mlp_bias', false))),
    })
  },
}
