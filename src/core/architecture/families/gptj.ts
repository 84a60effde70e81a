import type { Architecture, Attention } from '../../domain/architecture.ts'
import { type AttentionShape, attentionShape, fusedAttention, groupedAttention } from '../blocks/attention.ts'
import { plainFeedForward } from '../blocks/feed-forward.ts'
import { norm } from '../blocks/linear.ts'
import { decoder, sameLayers } from '../blocks/model.ts'
import type { Config } from '../config.ts'
import type { Family } from './family.ts'
import { gpt2Aliases, gpt2FeedForwardShape } from './gpt2.ts'

const path = 'transformer.h.*'

/** GPT-J's block: attention and MLP side by side behind one LayerNorm, a part of each head rotated, a bias in the head. */
function gptjLike(
  config: Config,
  attention: (shape: AttentionShape, rotaryFraction: number) => Attention,
): Architecture {
  const shape = attentionShape(config)
  const { hiddenSize } = shape
  const rotaryDim = config.index('rotary_dim', shape.headDim)
  const layers = sameLayers(config, {
    attention: attention(shape, Math.min(1, rotaryDim / shape.headDim)),
    feedForward: plainFeedForward(gpt2FeedForwardShape(config, hiddenSize), {
      up: `${path}.mlp.fc_in`,
      down: `${path}.mlp.fc_out`,
    }),
    wiring: 'parallel',
    norms: [norm('layer', `${path}.ln_1`, hiddenSize, true)],
    loose: [],
  })
  return decoder(config, {
    tied: false,
    layers,
    embeddingName: 'transformer.wte',
    headBias: true,
    finalNorm: norm('layer', 'transformer.ln_f', hiddenSize, true),
    dropout: {
      embedding: config.fraction('embd_pdrop', 0),
      attention: config.fraction('attn_pdrop', 0),
      residual: config.fraction('resid_pdrop', 0),
    },
  })
}

const defaults = {
  vocab_size: 50400,
  hidden_size: 4096,
  num_hidden_layers: 28,
  num_attention_heads: 16,
  max_position_embeddings: 2048,
  rotary_dim: 64,
}

export const gptj: Family = {
  defaults,
  aliases: gpt2Aliases,
  build: (config) =>
    gptjLike(config, (shape, rotaryFraction) =>
      groupedAttention(`${path}.attn`, shape, { output: 'out_proj' }, { rotaryFraction }),
    ),
}

/** CodeGen: GPT-J with one linear for queries, keys and values. */
export const codegen: Family = {
  defaults,
  aliases: gpt2Aliases,
  build: (config) =>
    gptjLike(config, (shape, rotaryFraction) =>
      fusedAttention(
        { queryKeyValue: `${path}.attn.qkv_proj`, output: `${path}.attn.out_proj` },
        shape,
        {},
        { rotaryFraction },
      ),
    ),
}
