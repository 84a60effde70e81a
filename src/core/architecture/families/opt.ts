import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { plainFeedForward } from '../blocks/feed-forward.ts'
import { linear, norm } from '../blocks/linear.ts'
import { decoder, learnedPositions, sameLayers } from '../blocks/model.ts'
import type { Family } from './family.ts'

const root = 'model.decoder'
const path = `${root}.layers.*`

/** The position table of OPT starts two rows late. */
const POSITION_OFFSET = 2

export const opt: Family = {
  defaults: {
    vocab_size: 50272,
    hidden_size: 768,
    intermediate_size: 3072,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    max_position_embeddings: 2048,
  },
  aliases: { hidden_size: ['hidden_size', 'd_model'], intermediate_size: ['ffn_dim'] },
  build: (config) => {
    const shape = attentionShape(config)
    const { hiddenSize } = shape
    const bias = config.flag('enable_bias', true)
    const affine = config.flag('layer_norm_elementwise_affine', true)
    const layerNorm = (name: string) =>
      norm(affine ? 'layer' : 'layer-no-parameters', name, hiddenSize, affine)
    const before = config.flag('do_layer_norm_before', true)
    const embeddingSize = config.count('word_embed_proj_dim', hiddenSize)
    const layers = sameLayers(config, {
      attention: groupedAttention(
        `${path}.self_attn`,
        shape,
        { bias, outputBias: bias, output: 'out_proj' },
        { positions: 'learned' },
      ),
      feedForward: plainFeedForward(
        {
          hiddenSize,
          intermediateSize: config.size('intermediate_size'),
          activation: config.text('activation_function', 'relu'),
          bias,
        },
        { up: `${path}.fc1`, down: `${path}.fc2` },
      ),
      wiring: before ? 'sequential' : 'post-residual',
      norms: [layerNorm(`${path}.self_attn_layer_norm`), layerNorm(`${path}.final_layer_norm`)],
      loose: [],
    })
    const positions = config.size('max_position_embeddings') + POSITION_OFFSET
    const hasFinalNorm = before && !config.flag('_remove_final_layer_norm', false)
    return decoder(config, {
      tied: true,
      layers,
      embeddingName: `${root}.embed_tokens`,
      embeddingSize,
      finalNorm: hasFinalNorm ? layerNorm(`${root}.final_layer_norm`) : null,
      linears:
        embeddingSize === hiddenSize
          ? []
          : [
              linear(`${root}.project_in`, 'other', embeddingSize, hiddenSize),
              linear(`${root}.project_out`, 'other', hiddenSize, embeddingSize),
            ],
      loose: [learnedPositions(`${root}.embed_positions.weight`, positions, hiddenSize)],
      dropout: {
        embedding: 0,
        attention: config.fraction('attention_dropout', 0),
        residual: config.fraction('dropout', 0.1),
      },
    })
  },
}
