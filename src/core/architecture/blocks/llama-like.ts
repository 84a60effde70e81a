import type {
  Architecture,
  Attention,
  FeedForward,
  Layer,
  LooseParameter,
  MixtureOfExperts,
  Norm,
} from '../../domain/architecture.ts'
import type { Config } from '../config.ts'
import { type ExpertsShape, type FeedForwardShape, gatedFeedForward } from './feed-forward.ts'
import { norm } from './linear.ts'
import { decoder, groupLayers, type ModelParts } from './model.ts'

export interface LlamaLikeParts extends Partial<Omit<ModelParts, 'layers' | 'tied'>> {
  readonly tied: boolean
  readonly attention: (path: string, index: number) => Attention
  /** Makes the feed-forward block of a layer from the path of the layer. */
  readonly feedForward?: (layerPath: string, index: number) => FeedForward | MixtureOfExperts
  readonly layerLoose?: (layerPath: string, index: number) => readonly LooseParameter[]
  /** What sets a layer apart, where not all are alike. */
  readonly kindOf?: (index: number) => string
  readonly normKind?: Norm['kind']
  readonly normBias?: boolean
  readonly normNames?: readonly string[]
  readonly wiring?: Layer['wiring']
}

/** Activation and sizes of the feed-forward block as nearly every config spells them. */
export const feedForwardShape = (
  config: Config,
  bias = false,
  activationKey = 'hidden_act',
): FeedForwardShape => ({
  hiddenSize: config.size('hidden_size'),
  intermediateSize: config.size('intermediate_size'),
  activation: config.text(activationKey, 'silu'),
  bias,
})

/** The same for experts that are as wide as `intermediate_size` says. */
export const expertsShape = (config: Config, expertCount: number): ExpertsShape => ({
  ...feedForwardShape(config),
  expertCount,
  expertsPerToken: config.expertsPerToken('num_experts_per_tok', expertCount),
})

const sequentialNorms = ['input_layernorm', 'post_attention_layernorm']

/** A decoder with Llama's module names: `model.layers.*.self_attn`, `.mlp`, `model.norm`. A family says what differs. */
export function llamaLike(config: Config, parts: LlamaLikeParts): Architecture {
  const { attention, normKind = 'rms', normBias = false } = parts
  const hiddenSize = config.size('hidden_size')
  const path = `${config.root}.layers.*`
  const feedForward =
    parts.feedForward ??
    ((layerPath: string) => gatedFeedForward(`${layerPath}.mlp`, feedForwardShape(config)))
  const norms = (parts.normNames ?? sequentialNorms).map((name) =>
    norm(normKind, `${path}.${name}`, hiddenSize, normBias),
  )
  const layers = groupLayers(config, parts.kindOf ?? (() => 'all'), (_, index) => ({
    attention: attention(`${path}.self_attn`, index),
    feedForward: feedForward(path, index),
    wiring: parts.wiring ?? 'sequential',
    norms,
    loose: parts.layerLoose?.(path, index) ?? [],
  }))
  const finalNorm = norm(normKind, `${config.root}.norm`, hiddenSize, normBias)
  return decoder(config, { finalNorm, ...parts, layers })
}
