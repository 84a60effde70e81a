import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { plainFeedForward } from '../blocks/feed-forward.ts'
import { feedForwardShape, llamaLike } from '../blocks/llama-like.ts'
import { everyLayer, windowOf } from '../blocks/windows.ts'
import type { Family } from './family.ts'

export const starcoder2: Family = {
  defaults: {
    vocab_size: 49152,
    hidden_size: 3072,
    intermediate_size: 12288,
    num_hidden_layers: 30,
    num_attention_heads: 24,
    num_key_value_heads: 2,
    max_position_embeddings: 4096,
  },
  build: (config) => {
    const shape = attentionShape(config)
    const window = windowOf(config, everyLayer)
    const bias = config.flag('use_bias', true)
    return llamaLike(config, {
      tied: true,
      normKind: 'layer',
      normBias: true,
      dropout: {
        embedding: config.fraction('embedding_dropout', 0),
        attention: config.fraction('attention_dropout', 0),
        residual: config.fraction('residual_dropout', 0),
      },
      kindOf: (index) => String(window(index)),
      attention: (path, index) =>
        groupedAttention(path, shape, { bias, outputBias: bias }, { slidingWindow: window(index) }),
      feedForward: (path) =>
        plainFeedForward(
          { ...feedForwardShape(config, bias), activation: config.text('hidden_act', 'gelu_pytorch_tanh') },
          { up: `${path}.mlp.c_fc`, down: `${path}.mlp.c_proj` },
        ),
    })
  },
}
