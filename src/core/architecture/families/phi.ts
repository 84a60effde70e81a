import { attentionShape, fusedAttention, groupedAttention, rotaryFraction } from '../blocks/attention.ts'
import { fusedGateFeedForward, plainFeedForward } from '../blocks/feed-forward.ts'
import { norm } from '../blocks/linear.ts'
import { feedForwardShape, llamaLike } from '../blocks/llama-like.ts'
import { everyLayer, windowOf } from '../blocks/windows.ts'
import type { Family } from './family.ts'

/** Phi 1 to 2: attention and MLP side by side behind one LayerNorm, biases everywhere, the head included. */
export const phi: Family = {
  defaults: {
    vocab_size: 51200,
    hidden_size: 2048,
    intermediate_size: 8192,
    num_hidden_layers: 24,
    num_attention_heads: 32,
    max_position_embeddings: 2048,
    partial_rotary_factor: 0.5,
  },
  build: (config) => {
    const shape = attentionShape(config)
    const normed = config.flag('qk_layernorm', false)
    const headNorm = (name: string) => (normed ? norm('layer', name, shape.headDim, true) : null)
    return llamaLike(config, {
      tied: false,
      normKind: 'layer',
      normBias: true,
      normNames: ['input_layernorm'],
      wiring: 'parallel',
      headBias: true,
      finalNorm: norm('layer', `${config.root}.final_layernorm`, shape.hiddenSize, true),
      dropout: {
        embedding: config.fraction('embd_pdrop', 0),
        attention: config.fraction('attention_dropout', 0),
        residual: config.fraction('resid_pdrop', 0),
      },
      attention: (path) =>
        groupedAttention(
          path,
          shape,
          { bias: true, outputBias: true, output: 'dense' },
          {
            queryNorm: headNorm(`${path}.q_layernorm`),
            keyNorm: headNorm(`${path}.k_layernorm`),
            rotaryFraction: rotaryFraction(config),
          },
        ),
      feedForward: (path) =>
        plainFeedForward(
          { ...feedForwardShape(config, true), activation: config.text('hidden_act', 'gelu_new') },
          { up: `${path}.mlp.fc1`, down: `${path}.mlp.fc2` },
        ),
    })
  },
}

/** Phi 3 and 4: Llama with fused query-key-value and gate-up linears. */
export const phi3: Family = {
  defaults: {
    vocab_size: 32064,
    hidden_size: 3072,
    intermediate_size: 8192,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    max_position_embeddings: 4096,
  },
  build: (config) => {
    const shape = attentionShape(config)
    const window = windowOf(config, everyLayer)
    return llamaLike(config, {
      tied: false,
      dropout: {
        embedding: 0,
        attention: config.fraction('attention_dropout', 0),
        residual: config.fraction('resid_pdrop', 0),
      },
      kindOf: (index) => String(window(index)),
      attention: (path, index) =>
        fusedAttention(
          { queryKeyValue: `${path}.qkv_proj`, output: `${path}.o_proj` },
          shape,
          {},
          { slidingWindow: window(index), rotaryFraction: rotaryFraction(config) },
        ),
      feedForward: (path) => fusedGateFeedForward(`${path}.mlp`, feedForwardShape(config)),
    })
  },
}
