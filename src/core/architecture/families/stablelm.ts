import { attentionShape, groupedAttention, rotaryFraction } from '../blocks/attention.ts'
import { norm } from '../blocks/linear.ts'
import { llamaLike } from '../blocks/llama-like.ts'
import type { Family } from './family.ts'

/** StableLM: Llama with LayerNorm, a part of each head rotated, and a norm of its own for each head in the 12B. */
export const stablelm: Family = {
  defaults: {
    vocab_size: 50304,
    hidden_size: 2560,
    intermediate_size: 6912,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 32,
    max_position_embeddings: 4096,
    partial_rotary_factor: 0.25,
  },
  build: (config) => {
    const shape = attentionShape(config)
    const normed = config.flag('qk_layernorm', false)
    const parallel = config.flag('use_parallel_residual', false)
    const headNorms = (name: string, heads: number) =>
      normed ? norm('layer', `${name}.norms.*`, shape.headDim, false, heads) : null
    return llamaLike(config, {
      tied: false,
      normKind: 'layer',
      normBias: true,
      normNames: parallel ? ['input_layernorm'] : ['input_layernorm', 'post_attention_layernorm'],
      wiring: parallel ? 'parallel' : 'sequential',
      dropout: {
        embedding: 0,
        attention: config.fraction('attention_dropout', 0),
        residual: config.fraction('hidden_dropout', 0),
      },
      attention: (path) =>
        groupedAttention(
          path,
          shape,
          { bias: config.flag('use_qkv_bias', false) },
          {
            queryNorm: headNorms(`${path}.q_layernorm`, shape.heads),
            keyNorm: headNorms(`${path}.k_layernorm`, shape.keyValueHeads),
            rotaryFraction: rotaryFraction(config),
          },
        ),
    })
  },
}
