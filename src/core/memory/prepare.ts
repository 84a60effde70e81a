import type { Plan } from '../domain/plan.ts'
import type { MemoryHabits } from '../domain/stack-memory.ts'
import { Memo } from '../memo.ts'
import { activationInputs } from './activation-inputs.ts'
import type { Footprint } from './activations/footprint.ts'
import { type ActivationModel, activationModel } from './activations/model.ts'
import { algorithmShape } from './algorithm.ts'
import { bufferLines } from './buffers.ts'
import { gatheredTrainedBytes } from './gathered-units.ts'
import { type Gradients, gradientsOf } from './gradients.ts'
import { memoryHabits } from './habits.ts'
import { fixedBytes, type Line } from './line.ts'
import { type MomentScene, type PreparedMoment, preparedMoments } from './moments.ts'
import { type RankModel, rankModel } from './rank-moments.ts'
import { type Residents, residentsOf, weightLines } from './residents.ts'
import { type StageTensors, stageTensors } from './stage-tensors.ts'
import { type Stage, stagesOf } from './stages.ts'
import { fusedStepBytes, stepLines } from './step.ts'
import { type TrainedPart, trainedParts } from './trained-parts.ts'
import { wholeCopyOf } from './whole-copy.ts'

/** One pipeline stage, ready to be asked for any micro-batch. */
export interface PreparedStage {
  readonly stage: Stage
  readonly tensors: StageTensors
  readonly residents: Residents
  readonly buffers: readonly Line[]
  readonly residentBytes: number
  readonly bufferBytes: number
  readonly gradientBytes: number
  /** Unsharded weights that train, where ranks hold slices of them; else 0. */
  readonly gatheredTrainedBytes: number
  readonly step: readonly Line[]
  readonly moments: readonly PreparedMoment[]
  readonly afterForward: Footprint
  /** Host memory of one rank. */
  readonly hostGradientBytes: number
  readonly offloaded: Footprint
}

/** What does not depend on micro-batch, accumulation, card and price: computed once for a family of plans. */
export interface PreparedMemory {
  readonly habits: MemoryHabits
  /** For micro-batches of several sequences, and for those of a single one: eager attention then copies less. */
  readonly stages: readonly PreparedStage[]
  readonly singleStages: readonly PreparedStage[]
}

/** Stages of the plan's micro-batch. */
export const stagesFor = (
  { stages, singleStages }: PreparedMemory,
  plan: Pick<Plan, 'microBatchSize' | 'algorithm' | 'method'>,
): readonly PreparedStage[] =>
  plan.microBatchSize * algorithmShape(plan).sequencesPerSample === 1 ? singleStages : stages

/** What of a stage does not depend on the optimizer. */
interface Sharded {
  readonly tensors: StageTensors
  readonly parts: readonly TrainedPart[]
  readonly weights: readonly Line[]
  readonly buffers: readonly Line[]
  readonly gradients: Gradients
  readonly ofRank: RankModel
  readonly moments: readonly PreparedMoment[]
}

const shardedParts = new Memo<Sharded>()
const stages = new Memo<PreparedStage>()

/** Everything beside model, habits, tensors and optimizer that memory depends on. */
function sharedKey({ method, lora, precision, quantization, parallelism, offload, ...plan }: Plan): string {
  const { weights, autocast, adapters, master } = precision
  const { tp, pp, cp, ep, dp, shard } = parallelism
  const recipe = `${method.id}/${lora?.rank}/${lora?.count}/${weights}/${autocast}/${adapters}/${master}`
  const base = `${quantization?.type}/${quantization?.doubleQuant}/${plan.kbitUpcast}`
  const split = `${tp}/${pp}/${cp}/${ep}/${dp}/${shard}/${offload.join('+')}`
  const pass = `${plan.gradientCheckpointing}/${plan.reentrantCheckpointing}/${plan.fusedBackward}`
  return `${recipe}/${base}/${split}/${pass}/${plan.algorithm}`
}

/** A stage of a plan; plans that differ in sequence length, data or card share it. */
function preparedStage(
  plan: Plan,
  stage: Stage,
  habits: MemoryHabits,
  model: ActivationModel,
): PreparedStage {
  const { optimizer, hardware, fusedBackward } = plan
  const tensors = stageTensors(
    plan,
    stage,
    habits,
    habits.shards_within_node ? hardware.gpusPerNode : undefined,
  )
  // Only a step inside the backward pass is part of its moments.
  const stepped = fusedBackward ? optimizer : model
  const sharded = shardedParts.get([model, habits, tensors, stepped], sharedKey(plan), () =>
    shardedPart(plan, tensors, habits, model),
  )
  return stages.get([sharded, optimizer], '', () => withOptimizer(sharded, plan, habits))
}

function shardedPart(
  plan: Plan,
  tensors: StageTensors,
  habits: MemoryHabits,
  model: ActivationModel,
): Sharded {
  const { stage } = tensors
  const parts = trainedParts(tensors, plan, habits)
  const gradients = gradientsOf(parts, stage, plan)
  const ofRank = rankModel(model, { plan, stage, habits })
  const scene: MomentScene = {
    plan,
    stage,
    habits,
    gradients,
    fusedStepBytes: fusedStepBytes(parts, plan),
    wholeCopy: wholeCopyOf(tensors, plan, habits),
  }
  return {
    tensors,
    parts,
    weights: weightLines(tensors, parts, plan, habits),
    buffers: bufferLines(tensors, parts, plan, habits),
    gradients,
    ofRank,
    moments: preparedMoments(ofRank, scene),
  }
}

function withOptimizer(
  { tensors, parts, weights, buffers, gradients, ofRank, moments }: Sharded,
  plan: Plan,
  habits: MemoryHabits,
): PreparedStage {
  const residents = residentsOf(weights, parts, plan)
  return {
    stage: tensors.stage,
    tensors,
    residents,
    buffers,
    residentBytes: fixedBytes(residents.card),
    bufferBytes: fixedBytes(buffers),
    gradientBytes: gradients.allBytes,
    gatheredTrainedBytes: gatheredTrainedBytes(tensors, parts, plan),
    step: stepLines(parts, plan, habits),
    moments,
    afterForward: ofRank.afterForward,
    hostGradientBytes: gradients.hostBytes,
    offloaded: ofRank.offloaded,
  }
}

/** A launcher that casts the whole model to 16 bits undoes the upcast of k-bit preparation. */
const asLaunched = (plan: Plan, { recasts_to_half }: MemoryHabits): Plan =>
  recasts_to_half && plan.precision.autocast === 'none' ? { ...plan, kbitUpcast: false } : plan

/** Weights, states, buffers and moments of the ranks that can be the worst. */
export function prepareMemory(pinned: Plan): PreparedMemory {
  const habits = memoryHabits(pinned)
  const plan = asLaunched(pinned, habits)
  const inputs = activationInputs(plan, habits)
  const stagesWith = (model: ActivationModel): readonly PreparedStage[] =>
    stagesOf(plan.architecture, plan.parallelism).map((stage) => preparedStage(plan, stage, habits, model))
  const stages = stagesWith(activationModel(inputs))
  const isSame = plan.attention !== 'eager'
  return {
    habits,
    stages,
    singleStages: isSame ? stages : stagesWith(activationModel({ ...inputs, microBatchSize: 1 })),
  }
}
