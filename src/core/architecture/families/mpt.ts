import { attentionShape, fusedAttention } from '../blocks/attention.ts'
import { plainFeedForward } from '../blocks/feed-forward.ts'
import { norm } from '../blocks/linear.ts'
import { decoder, learnedPositions, sameLayers } from '../blocks/model.ts'
import type { Aliases } from '../config.ts'
import type { Family } from './family.ts'

const path = 'transformer.blocks.*'

/** How llm-foundry spells the sizes: MPT and DBRX. */
export const foundryAliases: Aliases = {
  hidden_size: ['d_model'],
  num_hidden_layers: ['n_layers'],
  num_attention_heads: ['n_heads'],
  max_position_embeddings: ['max_seq_len'],
}

/**
 * MPT, released with ALiBi and without biases. transformers ignores `learned_pos_emb` beside ALiBi;
 * llm-foundry's models without ALiBi have a table of positions.
 */
export const mpt: Family = {
  defaults: {
    vocab_size: 50368,
    hidden_size: 2048,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    max_position_embeddings: 2048,
    expansion_ratio: 4,
  },
  aliases: foundryAliases,
  build: (config) => {
    const shape = attentionShape(config)
    const { hiddenSize } = shape
    const bias = !config.flag('no_bias', true)
    const attention = config.nested('attn_config', {})
    const alibi = attention.flag('alibi', true)
    const learned = !alibi && config.flag('learned_pos_emb', true)
    const layerNorm = (name: string) => norm('layer', name, hiddenSize, bias)
    const layers = sameLayers(config, {
      attention: fusedAttention(
        { queryKeyValue: `${path}.attn.Wqkv`, output: `${path}.attn.out_proj` },
        shape,
        { bias, outputBias: bias },
        { positions: alibi ? 'alibi' : learned ? 'learned' : 'none' },
      ),
      feedForward: plainFeedForward(
        {
          hiddenSize,
          intermediateSize: config.count('expansion_ratio', 4) * hiddenSize,
          activation: 'gelu',
          bias,
        },
        { up: `${path}.ffn.up_proj`, down: `${path}.ffn.down_proj` },
      ),
      wiring: 'sequential',
      norms: [layerNorm(`${path}.norm_1`), layerNorm(`${path}.norm_2`)],
      loose: [],
    })
    const positions = config.size('max_position_embeddings')
    return decoder(config, {
      tied: true,
      layers,
      embeddingName: 'transformer.wte',
      finalNorm: layerNorm('transformer.norm_f'),
      loose: learned ? [learnedPositions('transformer.wpe.weight', positions, hiddenSize)] : [],
      dropout: {
        embedding: config.fraction('emb_pdrop', 0),
        attention: attention.fraction('attn_pdrop', 0),
        residual: config.fraction('resid_pdrop', 0),
      },
    })
  },
}
