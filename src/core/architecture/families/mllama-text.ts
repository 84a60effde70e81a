import type { LooseParameter } from '../../domain/architecture.ts'
import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { llamaLike } from '../blocks/llama-like.ts'
import { headNorms } from '../blocks/query-key-norm.ts'
import type { Family } from './family.ts'

/** Rows of the embedding behind the vocabulary, for the image token and its like. */
const IMAGE_TOKENS = 8

const gate = (name: string): LooseParameter => ({ name, group: 'other', shape: [1], count: 1, kind: 'other' })

/** Language model of Llama 3.2 Vision: Llama with gated layers between that attend to image tokens. */
export const mllamaText: Family = {
  defaults: {
    vocab_size: 128256,
    hidden_size: 4096,
    intermediate_size: 14336,
    num_hidden_layers: 40,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    max_position_embeddings: 131072,
    cross_attention_layers: [3, 8, 13, 18, 23, 28, 33, 38],
  },
  build: (config) => {
    const shape = attentionShape(config)
    const crossing = new Set(config.indices('cross_attention_layers'))
    return llamaLike(config, {
      tied: false,
      extraEmbeddingRows: IMAGE_TOKENS,
      kindOf: (index) => String(crossing.has(index)),
      attention: (path, index) => {
        if (!crossing.has(index)) return groupedAttention(path, shape, {})
        const crossPath = path.replace(/self_attn$/, 'cross_attn')
        const traits = { ...headNorms(crossPath, shape), positions: 'none' } as const
        return { ...groupedAttention(crossPath, shape, {}, traits), crossAttention: true }
      },
      layerLoose: (path, index) =>
        crossing.has(index)
          ? [gate(`${path}.cross_attn_attn_gate`), gate(`${path}.cross_attn_mlp_gate`)]
          : [],
    })
  },
}
