import type { Architecture, Layer, Linear, MixtureOfExperts } from '../domain/architecture.ts'
import type { Plan } from '../domain/plan.ts'
import { FLOPS_PER_MULTIPLY_ADD } from '../units.ts'
import { attentionFlops } from './attention.ts'
import { eagerScoreBytes, elementBytes, normBytes } from './elements.ts'
import { layerOperations } from './host.ts'
import { hasFusedAdapters } from './kernels.ts'
import { addLinear, type LinearWork, noLinearWork } from './linears.ts'
import type { Trained } from './trained.ts'

/** Attention layers that see the same number of tokens. */
interface AttentionWork {
  readonly window: number | null
  /** FLOP a token and visible token, forward, all such layers of the rank. */
  readonly flops: number
}

/** A quantity for eager and for fused element-wise kernels. */
interface ByStyle {
  eager: number
  fused: number
}

/** Work of one micro-batch on the busiest rank: amounts for each token unless stated. Free of calibration. */
export interface Work {
  /** Dense linears of the layers: one forward pass, and what the backward adds. */
  readonly forward: LinearWork
  readonly backward: LinearWork
  /** Routed experts, the same split; their width decides how well grouped products run. */
  readonly expertForward: LinearWork
  readonly expertBackward: LinearWork
  readonly expertWidth: number
  /** Experts that a Python loop visits in one pass over the rank's layers. */
  readonly expertVisits: number
  /** The head: forward, input gradient and, where it trains, weight gradient. */
  readonly head: LinearWork
  /** One forward pass of the head: what a reference model adds. */
  readonly headForward: LinearWork
  readonly adapterFlops: number
  readonly adapterBytes: number
  readonly attention: readonly AttentionWork[]
  /** Bytes a token and visible token of eager attention, forward. */
  readonly scoreBytes: number
  readonly elementBytes: ByStyle
  /** Operations that the host launches in one pass. */
  readonly operations: ByStyle
  /** Modules that ZeRO-3 hooks in one pass. */
  readonly modules: number
  /** Quantised weights of the rank, not for each token. */
  readonly quantizedWeights: number
  /** Layers of the rank. */
  readonly layerCount: number
  readonly adapterCount: number
}

type Draft = { -readonly [K in keyof Work]: Work[K] }

/** What a layer's linears have in common in the sums below. */
interface LayerContext {
  readonly plan: Plan
  readonly trained: Trained
  /** Layers of this shape on the rank. */
  readonly layers: number
  /** Share of those layers that the backward pass reaches, and in which weights train. */
  readonly reached: number
  readonly trainedShare: number
}

/** Work of the layers and the head on the busiest rank of a plan. */
export function workOf(plan: Plan, trained: Trained): Work {
  const draft = emptyWork()
  const { architecture, parallelism } = plan
  for (const layer of architecture.layers) {
    const { reached, share } = trained.layers(layer.indices)
    const layers = layer.indices.length / parallelism.pp
    addLayer(draft, layer, { plan, trained, layers, reached, trainedShare: share })
  }
  addOutside(draft, architecture, plan, trained)
  return draft
}

const emptyWork = (): Draft => ({
  forward: noLinearWork(),
  backward: noLinearWork(),
  expertForward: noLinearWork(),
  expertBackward: noLinearWork(),
  expertWidth: 0,
  expertVisits: 0,
  head: noLinearWork(),
  headForward: noLinearWork(),
  adapterFlops: 0,
  adapterBytes: 0,
  attention: [],
  scoreBytes: 0,
  elementBytes: { eager: 0, fused: 0 },
  operations: { eager: 0, fused: 0 },
  modules: 0,
  quantizedWeights: 0,
  layerCount: 0,
  adapterCount: 0,
})

/** The model's own dropout behind both blocks, forward, for each hidden value: read, write, and a mask of one byte. */
const DROPOUT_BYTES = 10

function addLayer(draft: Draft, layer: Layer, context: LayerContext): void {
  const { plan, layers } = context
  const dense = denseLinears(layer)
  for (const linear of dense) addDense(draft, linear, context)
  if (layer.feedForward.kind === 'moe') addExperts(draft, layer.feedForward, context)
  addAttention(draft, layer, plan, layers)
  const { hiddenSize } = plan.architecture
  const autocast = plan.precision.autocast !== 'none'
  const tp = plan.parallelism.tp
  const dropout = plan.architecture.dropout.residual > 0 ? layers * DROPOUT_BYTES * hiddenSize : 0
  const eager = layers * elementBytes(layer, hiddenSize, { fused: false, autocast }, tp)
  const fused = layers * elementBytes(layer, hiddenSize, { fused: true, autocast }, tp)
  draft.elementBytes.eager += eager + dropout
  draft.elementBytes.fused += fused + dropout
  addOperations(draft, dense, context)
  draft.layerCount += layers
}

/** Linears that every token passes. */
function denseLinears({ attention, feedForward }: Layer): readonly Linear[] {
  return [
    ...attention.linears,
    ...(feedForward.kind === 'dense' ? feedForward.linears : sharedLinears(feedForward)),
  ]
}

const sharedLinears = ({ router, shared, sharedGate }: MixtureOfExperts): readonly Linear[] =>
  [router, sharedGate, ...(shared?.linears ?? [])].filter((linear) => linear !== null)

function addDense(draft: Draft, linear: Linear, context: LayerContext): void {
  const { plan, trained, layers, reached, trainedShare } = context
  const uses = layers * linear.count
  const options = { uses, copies: uses, tensorParallel: plan.parallelism.tp }
  const weightGradients = trained.trains(linear) ? trainedShare : 0
  addLinear(draft.forward, linear, { ...options, passes: 1 })
  addLinear(draft.backward, linear, { ...options, passes: reached + weightGradients })
  addAdapter(draft, linear, uses, context)
  if (plan.quantization !== null) {
    draft.quantizedWeights += (uses * linear.inFeatures * linear.outFeatures) / plan.parallelism.tp
  }
}

/**
 * The branch of an adapter: inputs · rank + rank · outputs multiply-adds a token. Bytes, forward: with fp32 adapters under autocast or
 * on a 16-bit base 6·in + 10·out (casts), in 16 bit 2·in + 6·out, fused 2·in + 2·out; dropout 7·in more (3.5 in 16 bit).
 */
function addAdapter(draft: Draft, linear: Linear, uses: number, { plan, trained }: LayerContext): void {
  const rank = trained.adapterRank(linear)
  if (rank === 0 || plan.lora === null) return
  const { inFeatures: inputs, outFeatures: outputs } = linear
  const { tp } = plan.parallelism
  const fused = hasFusedAdapters(plan)
  const wide = plan.precision.adapters === 'fp32'
  const dropout = plan.lora.dropout > 0 && !fused ? inputs * (wide ? 7 : 3.5) : 0
  const branch = fused
    ? 2 * inputs + 2 * outputs
    : wide
      ? 6 * inputs + 10 * outputs
      : 2 * inputs + 6 * outputs
  draft.adapterFlops += (uses * FLOPS_PER_MULTIPLY_ADD * rank * (inputs + outputs)) / tp
  draft.adapterBytes += (uses * (branch + dropout)) / tp
  draft.adapterCount += uses
}

/** Routed experts: a token passes `expertsPerToken` of them, the rank holds its share of all. */
function addExperts(draft: Draft, moe: MixtureOfExperts, context: LayerContext): void {
  const { plan, trained, layers, reached, trainedShare } = context
  const { ep, tp } = plan.parallelism
  draft.expertWidth = moe.intermediateSize
  draft.expertVisits += (layers * moe.expertCount) / ep
  for (const linear of expertLinears(moe, plan.architecture.hiddenSize)) {
    const uses = layers * moe.expertsPerToken
    const copies = (layers * moe.expertCount) / ep
    const weightGradients = trained.trains(linear) ? trainedShare : 0
    addLinear(draft.expertForward, linear, { passes: 1, uses, copies, tensorParallel: tp })
    addLinear(draft.expertBackward, linear, {
      passes: reached + weightGradients,
      uses,
      copies,
      tensorParallel: tp,
    })
    addAdapter(draft, linear, uses, context)
    if (plan.quantization !== null && moe.storage === 'modules') {
      draft.quantizedWeights += (copies * linear.inFeatures * linear.outFeatures) / tp
    }
  }
}

/** One expert as linears, also where its weights are fused 3-D tensors. */
function expertLinears(moe: MixtureOfExperts, hiddenSize: number): readonly Linear[] {
  if (moe.storage === 'modules') return moe.linears.map((linear) => ({ ...linear, count: 1 }))
  const shape = { group: 'mlp', bias: false, count: 1 } as const
  const inner = moe.gated ? 2 * moe.intermediateSize : moe.intermediateSize
  return [
    { ...shape, name: 'experts.gate_up', role: 'gate-up', inFeatures: hiddenSize, outFeatures: inner },
    {
      ...shape,
      name: 'experts.down',
      role: 'down',
      inFeatures: moe.intermediateSize,
      outFeatures: hiddenSize,
    },
  ]
}

function addAttention(draft: Draft, { attention }: Layer, plan: Plan, layers: number): void {
  const flops = (layers * attentionFlops(attention)) / plan.parallelism.tp
  const window = attention.slidingWindow
  const known = draft.attention.find((work) => work.window === window)
  const others = draft.attention.filter((work) => work !== known)
  draft.attention = [...others, { window, flops: flops + (known?.flops ?? 0) }]
  if (plan.attention === 'eager') {
    draft.scoreBytes += (layers * eagerScoreBytes(attention)) / plan.parallelism.tp
  }
}

function addOperations(draft: Draft, dense: readonly Linear[], context: LayerContext): void {
  const { plan, trained, layers } = context
  const adapted = dense.filter((linear) => trained.adapterRank(linear) > 0).length
  const style = {
    quantized: plan.quantization !== null,
    fusedAdapters: hasFusedAdapters(plan),
    castAdapters: plan.precision.adapters === 'fp32' && plan.precision.autocast !== 'none',
  }
  draft.operations.eager += layers * layerOperations(dense.length, adapted, { ...style, fused: false })
  draft.operations.fused += layers * layerOperations(dense.length, adapted, { ...style, fused: true })
  // A layer's own module, its two blocks, norms and activation beside the linears.
  draft.modules += layers * (dense.length + 6 + 3 * adapted)
}

/** Head, final norm and linears outside the layers, on the last pipeline stage. */
function addOutside(draft: Draft, architecture: Architecture, plan: Plan, trained: Trained): void {
  const { head, finalNorm, embeddingNorm, linears } = architecture
  const options = { uses: 1, copies: 1, tensorParallel: plan.parallelism.tp }
  for (const linear of [head, ...linears]) {
    addLinear(draft.head, linear, { ...options, passes: 2 + (trained.trains(linear) ? 1 : 0) })
    addLinear(draft.headForward, linear, { ...options, passes: 1 })
  }
  const autocast = plan.precision.autocast !== 'none'
  for (const norm of [finalNorm, embeddingNorm]) {
    draft.elementBytes.eager += normBytes(norm, { fused: false, autocast })
    draft.elementBytes.fused += normBytes(norm, { fused: true, autocast })
  }
}
