import { attentionShape, fusedAttention } from '../blocks/attention.ts'
import { llamaLike } from '../blocks/llama-like.ts'
import type { Family } from './family.ts'

/** Baichuan 1 and 2: Llama with one linear for queries, keys and values; the 13B gives no position limit because it uses ALiBi. */
export const baichuan: Family = {
  defaults: {
    vocab_size: 125696,
    hidden_size: 4096,
    intermediate_size: 11008,
    num_hidden_layers: 32,
    num_attention_heads: 32,
  },
  build: (config) => {
    const shape = attentionShape(config)
    const positions = config.isNull('max_position_embeddings') ? 'alibi' : 'rotary'
    const architecture = llamaLike(config, {
      tied: false,
      attention: (path) =>
        fusedAttention(
          { queryKeyValue: `${path}.W_pack`, output: `${path}.o_proj` },
          shape,
          {},
          { positions },
        ),
    })
    return {
      ...architecture,
      maxPositions: architecture.maxPositions ?? config.countOrNull('model_max_length'),
    }
  },
}
