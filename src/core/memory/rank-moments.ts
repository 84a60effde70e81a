import type { Plan } from '../domain/plan.ts'
import type { MemoryHabits } from '../domain/stack-memory.ts'
import { Memo } from '../memo.ts'
import { type Footprint, noBytes, plus, times, tokenBytes } from './activations/footprint.ts'
import type { ActivationModel, KeyedFootprint, Moment } from './activations/model.ts'
import { algorithmShape } from './algorithm.ts'
import { type Line, merged, totalOf } from './line.ts'
import type { Stage } from './stages.ts'

/** A moment of the activation model on one rank: the same however weights, gradients and states are sharded. */
export interface RankMoment {
  readonly moment: Moment
  readonly lines: readonly Line[]
  /** Sum of the lines. */
  readonly total: Footprint
  /** What each further micro-batch in flight adds. */
  readonly inFlight: Footprint
}

/** The activation model of one rank. */
export interface RankModel {
  readonly forward: readonly RankMoment[]
  readonly loss: readonly RankMoment[]
  readonly backward: readonly RankMoment[]
  readonly checkpoints: Footprint
  /** What is alive after the forward: saved tensors, checkpoints, the loss's part. */
  readonly afterForward: Footprint
  /** What waits in host memory after the forward. */
  readonly offloaded: Footprint
}

/** What turns the activation model of the whole model into that of one rank. */
export interface RankScene {
  readonly plan: Plan
  readonly stage: Stage
  readonly habits: MemoryHabits
}

const CHECKPOINTS = 'activations/checkpoints'
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
function rankLine(keyed: KeyedFootprint, { plan, stage, habits }: RankScene): Line | null {
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
function offloadedFootprint(model: ActivationModel, scene: RankScene): Footprint {
  const share = cardShare(scene.plan.architecture.layerCount)
  const moved = model.afterForward
    .filter((keyed) => isOffloaded(keyed, scene.plan))
    .flatMap((keyed) => rankLine(keyed, scene) ?? [])
    .map(({ footprint }) => times(footprint, (1 - share) / share))
  const checkpoints = model.offloaded.flatMap((keyed) => rankLine(keyed, scene) ?? [])
  return [...moved, ...checkpoints.map(({ footprint }) => footprint)].reduce(plus, noBytes)
}

/** Saved tensors that the operations do not explain; with a quantised base the wide activations cover them. */
function furtherSaved({ plan, habits }: RankScene): readonly KeyedFootprint[] {
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
function withFurtherSaved(model: ActivationModel, scene: RankScene): ActivationModel {
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

const models = new Memo<RankModel>()

/** The activation model of one rank; plans that differ in optimizer, sharding or card share it. */
export const rankModel = (model: ActivationModel, scene: RankScene): RankModel =>
  models.get([model], sceneKey(scene), () => buildRankModel(withFurtherSaved(model, scene), scene))

/** Everything in a scene that the rank's part of a model depends on. */
function sceneKey({ plan, stage, habits }: RankScene): string {
  const { tp, cp } = plan.parallelism
  const { algorithm, gradientCheckpointing, quantization } = plan
  const offloads = plan.offload.includes('activations')
  const { first, last, from, to } = stage
  const split = [tp, cp, first, last, from, to, habits.sequence_parallel, habits.further_saved_tensors]
  return [...split, algorithm, gradientCheckpointing, quantization === null, offloads].join('/')
}

function buildRankModel(model: ActivationModel, scene: RankScene): RankModel {
  const linesOf = (keyed: readonly KeyedFootprint[]): Line[] =>
    keyed.flatMap((one) => rankLine(one, scene) ?? [])
  const rankMoment = (moment: Moment): RankMoment => {
    const lines = merged(linesOf(moment.alive))
    const stacked = linesOf(moment.alive.filter((keyed) => isSaved(keyed, scene.plan)))
    return { moment, lines, total: totalOf(lines), inFlight: totalOf(stacked) }
  }
  return {
    forward: model.forward.map(rankMoment),
    loss: model.loss.map(rankMoment),
    backward: model.backward.map(rankMoment),
    checkpoints: totalOf(linesOf(model.afterForward.filter(({ key }) => key === CHECKPOINTS))),
    afterForward: totalOf(linesOf(model.afterForward)),
    offloaded: offloadedFootprint(model, scene),
  }
}
