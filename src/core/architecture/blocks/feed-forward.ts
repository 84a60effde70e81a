import type { FeedForward, Linear, LooseParameter, MixtureOfExperts } from '../../domain/architecture.ts'
import { linear } from './linear.ts'

export interface FeedForwardShape {
  readonly hiddenSize: number
  readonly intermediateSize: number
  readonly activation: string
  readonly bias?: boolean
}

interface GatedNames {
  readonly gate: string
  readonly up: string
  readonly down: string
}
const gatedNames: GatedNames = { gate: 'gate_proj', up: 'up_proj', down: 'down_proj' }

/** Gate, up and down as linears of their own; `count` of them side by side for experts. */
const gatedLinears = (
  path: string,
  shape: FeedForwardShape,
  names: GatedNames,
  count = 1,
): readonly Linear[] => [
  linear(`${path}.${names.gate}`, 'gate', shape.hiddenSize, shape.intermediateSize, shape.bias, count),
  linear(`${path}.${names.up}`, 'up', shape.hiddenSize, shape.intermediateSize, shape.bias, count),
  linear(`${path}.${names.down}`, 'down', shape.intermediateSize, shape.hiddenSize, shape.bias, count),
]

/** act(gate(x)) · up(x), then down. */
export const gatedFeedForward = (path: string, shape: FeedForwardShape, names = gatedNames): FeedForward => ({
  kind: 'dense',
  gated: true,
  activation: shape.activation,
  intermediateSize: shape.intermediateSize,
  linears: gatedLinears(path, shape, names),
})

/** The same with gate and up in one linear. */
export const fusedGateFeedForward = (path: string, shape: FeedForwardShape): FeedForward => ({
  kind: 'dense',
  gated: true,
  activation: shape.activation,
  intermediateSize: shape.intermediateSize,
  linears: [
    linear(`${path}.gate_up_proj`, 'gate-up', shape.hiddenSize, 2 * shape.intermediateSize, shape.bias),
    linear(`${path}.down_proj`, 'down', shape.intermediateSize, shape.hiddenSize, shape.bias),
  ],
})

/** act(up(x)), then down. */
export const plainFeedForward = (
  shape: FeedForwardShape,
  names: { readonly up: string; readonly down: string },
): FeedForward => ({
  kind: 'dense',
  gated: false,
  activation: shape.activation,
  intermediateSize: shape.intermediateSize,
  linears: [
    linear(names.up, 'up', shape.hiddenSize, shape.intermediateSize, shape.bias),
    linear(names.down, 'down', shape.intermediateSize, shape.hiddenSize, shape.bias),
  ],
})

export interface ExpertsShape extends FeedForwardShape {
  readonly expertCount: number
  readonly expertsPerToken: number
}

export interface MoeParts {
  readonly router: Linear | LooseParameter
  readonly shared?: FeedForward | null
  readonly sharedGate?: Linear | null
}

const isLinear = (router: Linear | LooseParameter): router is Linear => 'role' in router

const mixture = (
  shape: ExpertsShape,
  parts: MoeParts,
  experts: Pick<MixtureOfExperts, 'storage' | 'linears' | 'loose'>,
): MixtureOfExperts => ({
  kind: 'moe',
  gated: true,
  activation: shape.activation,
  expertCount: shape.expertCount,
  expertsPerToken: shape.expertsPerToken,
  intermediateSize: shape.intermediateSize,
  router: isLinear(parts.router) ? parts.router : null,
  storage: experts.storage,
  linears: experts.linears,
  loose: isLinear(parts.router) ? experts.loose : [parts.router, ...experts.loose],
  shared: parts.shared ?? null,
  sharedGate: parts.sharedGate ?? null,
})

/** Experts that are modules of their own: `experts.*.gate_proj` and so on. */
export const moduleExperts = (
  path: string,
  shape: ExpertsShape,
  parts: MoeParts,
  names = gatedNames,
): MixtureOfExperts =>
  mixture(shape, parts, {
    storage: 'modules',
    linears: gatedLinears(`${path}.experts.*`, shape, names, shape.expertCount),
    loose: [],
  })

/** Experts in fused tensors that peft and bitsandbytes do not see. */
export const fusedExperts = (
  shape: ExpertsShape,
  parts: MoeParts,
  loose: readonly LooseParameter[],
): MixtureOfExperts => mixture(shape, parts, { storage: 'fused', linears: [], loose })

export const expertTensor = (name: string, ...shape: number[]): LooseParameter => ({
  name,
  group: 'mlp',
  shape,
  count: 1,
  kind: 'weight',
})

export const expertBias = (name: string, ...shape: number[]): LooseParameter => ({
  name,
  group: 'mlp',
  shape,
  count: 1,
  kind: 'bias',
})

/** A router that is a bare parameter: nothing adapts or quantises it. */
export const looseRouter = (name: string, expertCount: number, hiddenSize: number): LooseParameter => ({
  name,
  group: 'router',
  shape: [expertCount, hiddenSize],
  count: 1,
  kind: 'weight',
})
