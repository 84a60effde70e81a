import type { Architecture } from '../../domain/architecture.ts'
import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { gatedFeedForward } from '../blocks/feed-forward.ts'
import { feedForwardShape, llamaLike } from '../blocks/llama-like.ts'
import { headNorms } from '../blocks/query-key-norm.ts'
import { allButEach, windowOf } from '../blocks/windows.ts'
import type { Config } from '../config.ts'
import type { Family } from './family.ts'

/** Gemma takes the tanh form of GELU whatever `hidden_act` says; `hidden_activation` overrides. */
const gatedGelu = (config: Config) => (path: string) =>
  gatedFeedForward(`${path}.mlp`, {
    ...feedForwardShape(config),
    activation: config.text('hidden_activation', 'gelu_pytorch_tanh'),
  })

export const gemma: Family = {
  defaults: {
    vocab_size: 256000,
    hidden_size: 3072,
    intermediate_size: 24576,
    num_hidden_layers: 28,
    num_attention_heads: 16,
    num_key_value_heads: 16,
    head_dim: 256,
    max_position_embeddings: 8192,
  },
  build: (config) => {
    const shape = attentionShape(config)
    const bias = config.flag('attention_bias', false)
    return llamaLike(config, {
      tied: true,
      normKind: 'rms-gemma',
      attention: (path) => groupedAttention(path, shape, { bias, outputBias: bias }),
      feedForward: gatedGelu(config),
    })
  },
}

const sandwichNorms = [
  'input_layernorm',
  'post_attention_layernorm',
  'pre_feedforward_layernorm',
  'post_feedforward_layernorm',
]

/** Gemma 2 and 3: a norm before and after each block, local and global layers in turn. */
function sandwich(
  config: Config,
  { period, normedHeads }: { period: number; normedHeads: boolean },
): Architecture {
  const shape = attentionShape(config)
  const bias = config.flag('attention_bias', false)
  const window = windowOf(config, allButEach(period))
  const softcap = !config.isNull('attn_logit_softcapping')
  return llamaLike(config, {
    tied: true,
    normKind: 'rms-gemma',
    normNames: sandwichNorms,
    wiring: 'sandwich',
    softcapLogits: !config.isNull('final_logit_softcapping'),
    kindOf: (index) => String(window(index)),
    attention: (path, index) =>
      groupedAttention(
        path,
        shape,
        { bias, outputBias: bias },
        {
          ...(normedHeads ? headNorms(path, shape, 'rms-gemma') : {}),
          slidingWindow: window(index),
          softcap,
        },
      ),
    feedForward: gatedGelu(config),
  })
}

export const gemma2: Family = {
  defaults: {
    vocab_size: 256000,
    hidden_size: 2304,
    intermediate_size: 9216,
    num_hidden_layers: 26,
    num_attention_heads: 8,
    num_key_value_heads: 4,
    head_dim: 256,
    max_position_embeddings: 8192,
    sliding_window: 4096,
    attn_logit_softcapping: 50,
    final_logit_softcapping: 30,
  },
  build: (config) => sandwich(config, { period: 2, normedHeads: false }),
}

export const gemma3Text: Family = {
  defaults: {
    vocab_size: 262208,
    hidden_size: 2304,
    intermediate_size: 9216,
    num_hidden_layers: 26,
    num_attention_heads: 8,
    num_key_value_heads: 4,
    head_dim: 256,
    max_position_embeddings: 131072,
    sliding_window: 4096,
    sliding_window_pattern: 6,
  },
  build: (config) =>
    sandwich(config, { period: config.count('sliding_window_pattern', 6), normedHeads: true }),
}
