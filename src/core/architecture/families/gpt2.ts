import type { Architecture } from '../../domain/architecture.ts'
import { attentionShape, fusedAttention } from '../blocks/attention.ts'
import { type FeedForwardShape, plainFeedForward } from '../blocks/feed-forward.ts'
import { norm } from '../blocks/linear.ts'
import { decoder, learnedPositions, sameLayers } from '../blocks/model.ts'
import type { Aliases, Config } from '../config.ts'
import type { Family } from './family.ts'

const path = 'transformer.h.*'

/** How the configs of GPT-2 and its descendants spell what others say. */
export const gpt2Aliases: Aliases = {
  hidden_size: ['n_embd'],
  num_hidden_layers: ['n_layer'],
  num_attention_heads: ['n_head'],
  intermediate_size: ['n_inner'],
  max_position_embeddings: ['n_positions'],
}

/** A feed-forward block four times as wide as the model where the config does not say, with biases. */
export const gpt2FeedForwardShape = (
  config: Config,
  hiddenSize: number,
  activation = 'gelu_new',
): FeedForwardShape => ({
  hiddenSize,
  intermediateSize: config.count('intermediate_size', 4 * hiddenSize),
  activation: config.text('activation_function', activation),
  bias: true,
})

/** GPT-2's block: learned positions, LayerNorm, biases everywhere. */
function gpt2Like(config: Config, keyValueHeads: number | null, activation?: string): Architecture {
  const given = attentionShape(config)
  const { hiddenSize } = given
  const shape = keyValueHeads === null ? given : { ...given, keyValueHeads }
  const layerNorm = (name: string) => norm('layer', name, hiddenSize, true)
  const layers = sameLayers(config, {
    attention: fusedAttention(
      { queryKeyValue: `${path}.attn.c_attn`, output: `${path}.attn.c_proj` },
      shape,
      { bias: true, outputBias: true },
      { positions: 'learned', narrowSoftmax: true },
    ),
    feedForward: plainFeedForward(gpt2FeedForwardShape(config, hiddenSize, activation), {
      up: `${path}.mlp.c_fc`,
      down: `${path}.mlp.c_proj`,
    }),
    wiring: 'sequential',
    norms: [layerNorm(`${path}.ln_1`), layerNorm(`${path}.ln_2`)],
    loose: [],
  })
  return decoder(config, {
    tied: true,
    layers,
    embeddingName: 'transformer.wte',
    finalNorm: layerNorm('transformer.ln_f'),
    loose: [learnedPositions('transformer.wpe.weight', config.size('max_position_embeddings'), hiddenSize)],
    dropout: {
      embedding: config.fraction('embd_pdrop', 0.1),
      attention: config.fraction('attn_pdrop', 0.1),
      residual: config.fraction('resid_pdrop', 0.1),
    },
  })
}

export const gpt2: Family = {
  defaults: {
    vocab_size: 50257,
    hidden_size: 768,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    max_position_embeddings: 1024,
  },
  aliases: gpt2Aliases,
  build: (config) => gpt2Like(config, null),
}

/** StarCoder 1 and SantaCoder: GPT-2 with one key/value head for all. */
export const gptBigcode: Family = {
  defaults: gpt2.defaults,
  aliases: gpt2Aliases,
  build: (config) => gpt2Like(config, config.flag('multi_query', true) ? 1 : null, 'gelu_pytorch_tanh'),
}
