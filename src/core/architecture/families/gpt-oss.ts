import type { LooseParameter } from '../../domain/architecture.ts'
import { attentionShape, groupedAttention } from '../blocks/attention.ts'
import { expertBias, expertTensor, fusedExperts, looseRouter } from '../blocks/feed-forward.ts'
import { expertsShape, llamaLike } from '../blocks/llama-like.ts'
import { allButEach, windowOf } from '../blocks/windows.ts'
import type { Config } from '../config.ts'
import { expertAliases, type Family } from './family.ts'

/** Fused experts with biases behind a router that is a bare parameter with a bias. */
function experts(config: Config, path: string) {
  const expertCount = config.count('num_local_experts', 128)
  const shape = expertsShape(config, expertCount)
  const { hiddenSize, intermediateSize } = shape
  const routerBias: LooseParameter = {
    name: `${path}.router.bias`,
    group: 'router',
    shape: [expertCount],
    count: 1,
    kind: 'bias',
  }
  return fusedExperts(shape, { router: looseRouter(`${path}.router.weight`, expertCount, hiddenSize) }, [
    routerBias,
    expertTensor(`${path}.experts.gate_up_proj`, expertCount, hiddenSize, 2 * intermediateSize),
    expertBias(`${path}.experts.gate_up_proj_bias`, expertCount, 2 * intermediateSize),
    expertTensor(`${path}.experts.down_proj`, expertCount, intermediateSize, hiddenSize),
    expertBias(`${path}.experts.down_proj_bias`, expertCount, hiddenSize),
  ])
}

/** gpt-oss: local and global layers in turn, a learned sink for each head, biases on every attention linear. */
export const gptOss: Family = {
  defaults: {
    vocab_size: 201088,
    hidden_size: 2880,
    intermediate_size: 2880,
    num_hidden_layers: 36,
    num_attention_heads: 64,
    num_key_value_heads: 8,
    head_dim: 64,
    max_position_embeddings: 131072,
    sliding_window: 128,
    num_local_experts: 128,
    num_experts_per_tok: 4,
  },
  aliases: expertAliases,
  build: (config) => {
    const shape = attentionShape(config)
    const window = windowOf(config, allButEach(2))
    const bias = config.flag('attention_bias', true)
    return llamaLike(config, {
      tied: false,
      kindOf: (index) => String(window(index)),
      attention: (path, index) =>
        groupedAttention(
          path,
          shape,
          { bias, outputBias: bias },
          {
            slidingWindow: window(index),
            loose: [
              { name: `${path}.sinks`, group: 'attention', shape: [shape.heads], count: 1, kind: 'other' },
            ],
          },
        ),
      feedForward: (path) => experts(config, `${path}.mlp`),
    })
  },
}
