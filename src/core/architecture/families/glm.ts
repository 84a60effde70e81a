import type { Architecture } from '../../domain/architecture.ts'
import { attentionShape, groupedAttention, rotaryFraction } from '../blocks/attention.ts'
import { fusedGateFeedForward } from '../blocks/feed-forward.ts'
import { feedForwardShape, type LlamaLikeParts, llamaLike } from '../blocks/llama-like.ts'
import type { Config } from '../config.ts'
import type { Family } from './family.ts'

function glmLike(config: Config, wiring: Pick<LlamaLikeParts, 'normNames' | 'wiring'>): Architecture {
  const shape = attentionShape(config)
  return llamaLike(config, {
    tied: false,
    ...wiring,
    attention: (path) =>
      groupedAttention(
        path,
        shape,
        { bias: config.flag('attention_bias', true) },
        { rotaryFraction: rotaryFraction(config) },
      ),
    feedForward: (path) => fusedGateFeedForward(`${path}.mlp`, feedForwardShape(config)),
  })
}

const defaults = {
  vocab_size: 151552,
  hidden_size: 4096,
  intermediate_size: 13696,
  num_hidden_layers: 40,
  num_attention_heads: 32,
  num_key_value_heads: 2,
  head_dim: 128,
  max_position_embeddings: 131072,
  partial_rotary_factor: 0.5,
}

export const glm: Family = { defaults, build: (config) => glmLike(config, {}) }

/** GLM-4-0414: a norm behind each block as well. */
export const glm4: Family = {
  defaults,
  build: (config) =>
    glmLike(config, {
      wiring: 'sandwich',
      normNames: [
        'input_layernorm',
        'post_self_attn_layernorm',
        'post_attention_layernorm',
        'post_mlp_layernorm',
      ],
    }),
}
