import type { Phase } from '../domain/estimates.ts'
import { type Footprint, noBytes, times } from './activations/footprint.ts'
import { type Gradients, keepsAll, type Progress } from './gradients.ts'
import { fixedLine, type Line, totalOf } from './line.ts'
import type { RankModel, RankMoment, RankScene } from './rank-moments.ts'
import { shardsGradients } from './shards.ts'
import type { WholeCopy } from './whole-copy.ts'

/** A moment of the step as a bill: what is alive beside what a rank always holds. */
export interface PreparedMoment {
  readonly phase: Phase
  readonly lines: readonly Line[]
  /** Sum of the lines. */
  readonly total: Footprint
  /** What each further micro-batch in flight adds. */
  readonly inFlight: Footprint
  /** Gradients that exist in the first backward pass after a step, and once gradients accumulate. */
  readonly firstGradientBytes: number
  readonly laterGradientBytes: number
}

/** Everything that turns the activation model of a rank into moments of its memory. */
export interface MomentScene extends RankScene {
  readonly gradients: Gradients
  readonly fusedStepBytes: number
  readonly wholeCopy: WholeCopy
}

const GRADIENTS = 'temporary/gradients'

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
  if (shardsGradients(plan.parallelism.shard)) return 0
  const inWork = lines.find(({ key }) => key === GRADIENTS)?.footprint.constant ?? 0
  return Math.max(0, inWork - gradients.largestBytes)
}

function preparedMoment(
  phase: Phase,
  { moment, lines: alive, total, inFlight }: RankMoment,
  checkpoints: Footprint,
  scene: MomentScene,
): PreparedMoment {
  const found = [hookedInputs(checkpoints, moment, scene), wholeCopyLine(phase, scene)]
  const beside = found.filter((line) => line !== null)
  const lines = gradientLines(beside.length === 0 ? alive : [...alive, ...beside], scene)
  const { gradients, habits } = scene
  const later = gradients.allBytes - addedInPlace(lines, scene)
  const first = keepsAll(habits) ? later : gradients.at(moment)
  return {
    phase,
    lines,
    total: lines === alive ? total : totalOf(lines),
    inFlight,
    firstGradientBytes: first,
    laterGradientBytes: Math.max(first, later),
  }
}

/** Moments of the head and the loss: of the last stage alone. */
const isOfHead = (phase: Phase, name: string): boolean =>
  phase === 'loss' || name === 'logits' || name === 'head'

/** The moments of a rank that can be its peak: those of the model, and the end of the backward pass with every gradient. */
export function preparedMoments(model: RankModel, scene: MomentScene): readonly PreparedMoment[] {
  const of = (phase: 'forward' | 'loss' | 'backward'): PreparedMoment[] =>
    model[phase]
      .filter(({ moment: { name } }) => scene.stage.last || !isOfHead(phase, name))
      .map((moment) => preparedMoment(phase, moment, model.checkpoints, scene))
  const end: PreparedMoment = {
    phase: 'backward',
    lines: [],
    total: noBytes,
    inFlight: noBytes,
    firstGradientBytes: scene.gradients.allBytes,
    laterGradientBytes: scene.gradients.allBytes,
  }
  return [...of('forward'), ...of('loss'), ...of('backward'), end]
}
