import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { plainFeedForward } from '../blocks/feed-forward.ts'
import { norm } from '../blocks/linear.ts'
import { decoder, groupLayers, learnedPositions, MOST_LAYERS } from '../blocks/model.ts'
import type { Config } from '../config.ts'
import type { Family } from './family.ts'
import { gpt2FeedForwardShape } from './gpt2.ts'

const path = 'transformer.h.*'

/** Kind of each layer: `attention_layers`, or `attention_types` written out: [[["global", "local"], 12]]. */
function attentionKinds(config: Config): readonly unknown[] {
  const listed = config.list('attention_layers')
  if (listed !== null) return listed
  return (config.list('attention_types') ?? []).flatMap((entry) => {
    const [kinds, times] = Array.isArray(entry) ? entry : []
    if (!Array.isArray(kinds) || typeof times !== 'number' || times > MOST_LAYERS)
      throw config.error('attention_types', 'in a form other than [[["global", "local"], 12]]')
    return Array.from({ length: times }, () => kinds).flat()
  })
}

export const gptNeo: Family = {
  defaults: {
    vocab_size: 50257,
    hidden_size: 2048,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    max_position_embeddings: 2048,
    attention_types: [[['global', 'local'], 12]],
    window_size: 256,
  },
  aliases: { num_hidden_layers: ['num_layers'], num_attention_heads: ['num_heads'] },
  build: (config) => {
    const shape = attentionShape(config)
    const { hiddenSize } = shape
    const kinds = attentionKinds(config)
    const layerNorm = (name: string) => norm('layer', name, hiddenSize, true)
    const feedForward = plainFeedForward(gpt2FeedForwardShape(config, hiddenSize), {
      up: `${path}.mlp.c_fc`,
      down: `${path}.mlp.c_proj`,
    })
    const layers = groupLayers(
      config,
      (index) => (kinds[index] === 'local' ? 'local' : 'global'),
      (kind) => ({
        attention: groupedAttention(
          `${path}.attn.attention`,
          shape,
          { output: 'out_proj', outputBias: true },
          { positions: 'learned', slidingWindow: kind === 'local' ? config.count('window_size', 256) : null },
        ),
        feedForward,
        wiring: 'sequential',
        norms: [layerNorm(`${path}.ln_1`), layerNorm(`${path}.ln_2`)],
        loose: [],
      }),
    )
    return decoder(config, {
      tied: true,
      layers,
      embeddingName: 'transformer.wte',
      finalNorm: layerNorm('transformer.ln_f'),
      loose: [learnedPositions('transformer.wpe.weight', config.size('max_position_embeddings'), hiddenSize)],
      dropout: {
        embedding: config.fraction('embed_dropout', 0),
        attention: config.fraction('attention_dropout', 0),
        residual: config.fraction('resid_dropout', 0),
      },
    })
  },
}
