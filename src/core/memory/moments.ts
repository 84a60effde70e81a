import type { Phase } from '../domain/estimates.ts'
import type { Plan } from '../domain/plan.ts'
import type { MemoryHabits } from '../domain/stack-memory.ts'
import { constantBytes, type Footprint, noBytes, plus, times, tokenBytes } from './activations/footprint.ts'
import type { ActivationModel, KeyedFootprint, Moment } from './activations/model.ts'
import { algorithmShape } from './algorithm.ts'
import { type Gradients, keepsAll, type Progress } from './gradients.ts'
import { fixedLine, type Line, merged, totalOf } from './line.ts'
import { shardsGradients } from './shards.ts'
import type { Stage } from './stages.ts'
import type { WholeCopy } from './whole-copy.ts'

/** A moment of the step as a bill: what is alive beside what a rank always holds. */
export interface PreparedMoment {
  readonly phase: Phase
  readonly name: string
  readonly lines: readonly Line[]
  /** Sum of the lines. */
  readonly total: Footprint
  /** What each further micro-batch in flight adds. */
  readonly inFlight: Footprint
  /** Gradients that exist in the first backward pass after a step, and once gradients accumulate. */
  readonly firstGradientBytes: number
  readonly laterGradientBytes: number
}

/** Everything that turns an activation model of the whole model into moments of one rank. */
export interface MomentScene {
  readonly plan: Plan
  readonly stage: Stage
  readonly habits: MemoryHabits
  readonly gradients: Gradients
  readonly fusedStepBytes: number
  readonly wholeCopy: WholeCopy
}

const CHECKPOINTS = 'activations/checkpoints'
const GRADIENTS = 'temporary/gradients'
/** Saved tensors that are there for every layer although layers are recomputed. */
const keptByCheckpointing: readonly string[] = [CHECKPOINTS, 'activations/weight-casts']

/** Layers whose checkpoints are on the card while the others wait in host memory: one in work, one on its way. */
const LAYERS_IN_TRANSIT = 2

const isSaved = ({ key, perLayer }: KeyedFootprint, { gradientCheckpointing }: Plan): boolean =>
  perLayer &&
  key.startsWith('activations/') &&
  (gradientCheckpointing === 'none' || keptByCheckpointing.includes(key))

/** Saved tensors that the spec sends to host memory. Offloaded checkpointing has taken its own off the card already. */
const isOffloaded = (keyed: KeyedFootprint, plan: Plan): boolean =>
  plan.offload.includes('activations') && isSaved(keyed, plan)

/** Keys of what stands behind the layers, and before them. */
const behind = ['loss/', 'activations/final-norm', 'activations/head-']
const before = ['activations/embedding']

const isOnStage = (key: string, { first, last }: Stage): boolean =>
  (last || !behind.some((start) => key.startsWith(start))) && (first || !before.includes(key))

/** Tokens of a rank: context parallelism cuts the sequence, pairs double the micro-batch. */
function perRank(footprint: Footprint, plan: Plan): Footprint {
  const { cp } = plan.parallelism
  const sequences = algorithmShape(plan).sequencesPerSample
  return {
    constant: footprint.constant,
    perToken: (footprint.perToken * sequences) / cp,
    perTokenSequence: (footprint.perTokenSequence * sequences) / cp,
    perSequence: footprint.perSequence / cp,
  }
}

/**
 * The line of one tensor group on a rank, null where another stage holds it.
 *
 *   bytes · stage layers / layers (saved ones) / tp (split ones; all with sequence parallelism) / cp
 *
 * @source korthikanti-2022-recompute
 */
function rankLine(keyed: KeyedFootprint, { plan, stage, habits }: MomentScene): Line | null {
  const { key, tensorParallel, formula, source } = keyed
  if (!isOnStage(key, stage)) return null
  if (key.startsWith('loss/') && !algorithmShape(plan).hasLogits) return null
  const { layerCount } = plan.architecture
  const split = tensorParallel === 'split' || habits.sequence_parallel ? plan.parallelism.tp : 1
  const held = isSaved(keyed, plan) ? (stage.to - stage.from) / layerCount : 1
  const share = (held / split) * (isOffloaded(keyed, plan) ? cardShare(layerCount) : 1)
  return { key, footprint: times(perRank(keyed.footprint, plan), share), formula, source }
}

const cardShare = (layerCount: number): number => Math.min(1, LAYERS_IN_TRANSIT / layerCount)

/** What waits in host memory after the forward: offloaded checkpoints and saved tensors. */
export function offloadedFootprint(model: ActivationModel, scene: MomentScene): Footprint {
  const share = cardShare(scene.plan.architecture.layerCount)
  const moved = model.afterForward
    .filter((keyed) => isOffloaded(keyed, scene.plan))
    .flatMap((keyed) => rankLine(keyed, scene) ?? [])
    .map(({ footprint }) => times(footprint, (1 - share) / share))
  const checkpoints = model.offloaded.flatMap((keyed) => rankLine(keyed, scene) ?? [])
  return [...moved, ...checkpoints.map(({ footprint }) => footprint)].reduce(plus, noBytes)
}

/**
 * FSDP1 hooks the inputs of units whose parameters are all frozen; under reentrant checkpointing the hook keeps the inputs of finished
 * layers and their gradients until the backward pass ends.
 *
 * @source fms-acceleration
 */
function hookedInputs(checkpoints: Footprint, { layersDone }: Progress, { plan }: MomentScene): Line | null {
  const { parallelism, method, reentrantCheckpointing, gradientCheckpointing, architecture } = plan
  const hooks =
    parallelism.shard === 'fsdp1' &&
    parallelism.dp > 1 &&
    method.trains === 'adapters' &&
    reentrantCheckpointing &&
    gradientCheckpointing === 'full'
  if (!hooks || layersDone === 0) return null
  return {
    key: 'activations/hooked-inputs',
    footprint: times(checkpoints, (2 * layersDone) / architecture.layerCount),
    formula: 'inputs of finished layers and their gradients, held by hooks of FSDP1',
    source: 'fms-acceleration',
  }
}

function gradientLines(lines: readonly Line[], scene: MomentScene): readonly Line[] {
  if (!scene.plan.fusedBackward || !lines.some(({ key }) => key === GRADIENTS)) return lines
  const { gradients, fusedStepBytes } = scene
  return [
    ...lines.filter(({ key }) => key !== GRADIENTS),
    fixedLine(GRADIENTS, gradients.largestBytes, 'gradient of the parameter in work', 'pytorch'),
    fixedLine('temporary/optimizer', fusedStepBytes, 'step of the parameter in work', 'pytorch'),
  ]
}

const wholeCopyLine = (phase: Phase, { wholeCopy }: MomentScene): Line | null =>
  wholeCopy.in(phase)
    ? fixedLine('buffers/whole-copy', wholeCopy.bytes, 'the whole base, gathered beside its shard', 'litgpt')
    : null

/** Of a layer's gradients that are added to accumulated ones only one is alive at a time; sharded ones wait whole to be reduced. */
function addedInPlace(lines: readonly Line[], { plan, gradients }: MomentScene): number {
  if (shardsGradients(plan.parallelism)) return 0
  const inWork = lines.find(({ key }) => key === GRADIENTS)?.footprint.constant ?? 0
  return Math.max(0, inWork - gradients.largestBytes)
}

function preparedMoment(
  phase: Phase,
  moment: Moment,
  checkpoints: Footprint,
  scene: MomentScene,
): PreparedMoment {
  const kept = merged(moment.alive.flatMap((keyed) => rankLine(keyed, scene) ?? []))
  const beside = [hookedInputs(checkpoints, moment, scene), wholeCopyLine(phase, scene)]
  const lines = gradientLines([...kept, ...beside.filter((line) => line !== null)], scene)
  const stacked = moment.alive
    .filter((keyed) => isSaved(keyed, scene.plan))
    .flatMap((keyed) => rankLine(keyed, scene) ?? [])
  const { gradients, habits } = scene
  const later = gradients.allBytes - addedInPlace(lines, scene)
  const first = keepsAll(habits) ? later : gradients.at(moment)
  return {
    phase,
    name: moment.name,
    lines,
    total: totalOf(lines),
    inFlight: totalOf(stacked),
    firstGradientBytes: first,
    laterGradientBytes: Math.max(first, later),
  }
}

/** Saved tensors that the operations do not explain; with a quantised base the wide activations cover them. */
function furtherSaved({ plan, habits }: MomentScene): readonly KeyedFootprint[] {
  const { architecture, gradientCheckpointing, quantization } = plan
  if (habits.further_saved_tensors === 0 || gradientCheckpointing !== 'none' || quantization !== null)
    return []
  const perToken = 2 * habits.further_saved_tensors * architecture.hiddenSize * architecture.layerCount
  return [
    {
      key: 'activations/further',
      footprint: tokenBytes(perToken),
      tensorParallel: 'sequence',
      perLayer: true,
      formula: 'further tensors of hidden width saved by each layer',
      source: 'litgpt',
    },
  ]
}

/** The same model with what the stack saves beyond its operations. */
function withFurtherSaved(model: ActivationModel, scene: MomentScene): ActivationModel {
  const further = furtherSaved(scene)
  if (further.length === 0) return model
  const beside = (moments: readonly Moment[]): Moment[] =>
    moments.map((moment) =>
      moment.layersDone > 0 ? moment : { ...moment, alive: [...moment.alive, ...further] },
    )
  return {
    ...model,
    afterForward: [...model.afterForward, ...further],
    forward: beside(model.forward),
    loss: beside(model.loss),
    backward: beside(model.backward),
  }
}

/** Moments of the head and the loss: of the last stage alone. */
const isOfHead = (phase: Phase, name: string): boolean =>
  phase === 'loss' || name === 'logits' || name === 'head'

/** The moments of a rank that can be its peak: those of the model, and the end of the backward pass with every gradient. */
export function preparedMoments(saved: ActivationModel, scene: MomentScene): readonly PreparedMoment[] {
  const model = withFurtherSaved(saved, scene)
  const checkpoints = totalOf(
    model.afterForward
      .filter(({ key }) => key === CHECKPOINTS)
      .flatMap((keyed) => rankLine(keyed, scene) ?? []),
  )
  const of = (phase: 'forward' | 'loss' | 'backward'): PreparedMoment[] =>
    model[phase]
      .filter(({ name }) => scene.stage.last || !isOfHead(phase, name))
      .map((moment) => preparedMoment(phase, moment, checkpoints, scene))
  const end: PreparedMoment = {
    phase: 'backward',
    name: 'end',
    lines: [],
    total: noBytes,
    inFlight: constantBytes(0),
    firstGradientBytes: scene.gradients.allBytes,
    laterGradientBytes: scene.gradients.allBytes,
  }
  return [...of('forward'), ...of('loss'), ...of('backward'), end]
}

/** What is alive after the forward on a rank: saved tensors, checkpoints, the loss's part. */
export const aliveAfterForward = (model: ActivationModel, scene: MomentScene): Footprint =>
  model.afterForward
    .flatMap((keyed) => rankLine(keyed, scene) ?? [])
    .reduce((sum, { footprint }) => plus(sum, footprint), noBytes)
