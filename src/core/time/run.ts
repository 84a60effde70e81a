import { calibrated } from '../domain/constant.ts'
import type { Plan, Workload } from '../domain/plan.ts'
import { type Note, note } from '../notes.ts'
import type { Sink } from '../term.ts'
import { SECONDS_PER_HOUR } from '../units.ts'
import type { SequenceTokens } from './lengths.ts'
import type { MicroStep } from './micro-step.ts'

/**
 * Optimizer steps of the whole run.
 *
 *   steps = epochs · ceil(sequences / global batch)
 *
 * Packed sequences hold the data's tokens end to end; otherwise every example is a sequence.
 */
export function stepCountOf({ workload }: Plan, sequence: SequenceTokens): number {
  const { examples, globalBatchSize, epochs } = workload
  const sequences = sequencesOf(examples, workload, sequence)
  return Math.max(1, Math.round(epochs * Math.ceil(sequences / globalBatchSize)))
}

const sequencesOf = (
  examples: number,
  { packing, meanTokens }: Workload,
  { real }: SequenceTokens,
): number => (packing === 'packed' ? Math.ceil((examples * meanTokens) / real) : examples)

export interface RunSteps {
  readonly stepCount: number
  readonly stepSeconds: number
}

/** Parts of a run that its range looks at. */
export interface RunParts {
  /** Training, evaluation and saving: what a reclaim can hit. */
  readonly atRiskSeconds: number
  readonly interruptionSeconds: number
}

/** Adds the terms of the whole run, in seconds: their sum is its total. */
export function addRun(step: MicroStep, steps: RunSteps, sink: Sink): RunParts {
  const training = steps.stepCount * steps.stepSeconds
  sink.add(
    'compute/training',
    training,
    () => `${steps.stepCount} steps · ${steps.stepSeconds.toPrecision(4)} s`,
    'calibration §run',
  )
  addSetup(step, sink)
  const evaluation = evaluationSeconds(step, steps)
  sink.add(
    'evaluation/passes',
    evaluation,
    'forward passes over the evaluation data, and tokens to generate',
    'calibration §run',
  )
  const saving = saveSeconds(step, steps)
  sink.add('checkpoint/saves', saving, 'bytes of a checkpoint / rate, each time', 'calibration §run')
  const atRiskSeconds = training + evaluation + saving
  const interruption = interruptionSeconds(step, steps, atRiskSeconds, 'mid')
  sink.add(
    'interruption/spot',
    interruption,
    () =>
      `${step.plan.hardware.reclaims?.perHour.mid.toPrecision(3)} reclaims an hour and machine · (restart + half a checkpoint interval)`,
    step.plan.hardware.reclaims?.source ?? 'calibration §run',
  )
  return { atRiskSeconds, interruptionSeconds: interruption }
}

/** Renting and booting, environment, download of the model and loading it. Own machines are there already. */
function addSetup({ plan, prepared, calibration }: MicroStep, sink: Sink): void {
  const { run } = calibration
  const modelBytes = prepared.totalParameters * 2
  const rented = !plan.hardware.owned
  sink.add(
    'setup/provisioning',
    rented ? calibrated(run.provisioning_seconds) : 0,
    'renting and booting',
    'calibration §run',
  )
  sink.add(
    'setup/environment',
    rented ? calibrated(run.setup_seconds) : 0,
    'installing and preparing data',
    'calibration §run',
  )
  sink.add(
    'setup/download',
    rented ? modelBytes / calibrated(run.download_bytes_per_second) : 0,
    'weights in 16 bit / network rate',
    'calibration §run',
  )
  sink.add(
    'setup/load',
    modelBytes / calibrated(run.load_bytes_per_second),
    'weights in 16 bit / disk rate',
    'calibration §run',
  )
}

/**
 * Evaluation passes: the forward's share of a training step for each sequence (a third of the passes at most), and generation one
 * token at a time, which reads all weights for each token of a batch.
 */
function evaluationSeconds(step: MicroStep, { stepCount, stepSeconds }: RunSteps): number {
  const { plan, prepared, machine, calibration } = step
  const { evaluation, workload } = plan
  if (evaluation === null || evaluation.examples === 0) return 0
  const times = evaluation.everySteps === null ? 1 : Math.floor(stepCount / evaluation.everySteps)
  const sequences = sequencesOf(evaluation.examples, workload, step.sequence)
  const forward = ((sequences / workload.globalBatchSize) * stepSeconds) / 3
  if (!evaluation.generate) return times * forward
  const batches = evaluation.examples / (plan.microBatchSize * plan.parallelism.dp)
  const perToken = prepared.storedBytes / machine.memoryBytesPerSecond
  return times * (forward + batches * calibrated(calibration.run.generated_tokens) * perToken)
}

/** Bytes of a checkpoint to continue from: what trains with states, or only the adapters. */
function saveSeconds(step: MicroStep, steps: RunSteps): number {
  const { plan, prepared, calibration } = step
  const trainable = prepared.rankTrainableParameters * plan.parallelism.tp * plan.parallelism.pp
  const times = Math.max(1, Math.floor(steps.stepCount / checkpointSteps(step, steps)))
  const bytes = trainable * (plan.method.trains === 'adapters' ? 12 : 10)
  return (times * bytes) / calibrated(calibration.run.save_bytes_per_second)
}

/** Steps between checkpoints: as stated, else only the last one; nobody rents spot machines without, so that one is assumed there. */
function checkpointSteps({ plan, calibration }: MicroStep, { stepCount, stepSeconds }: RunSteps): number {
  const stated = plan.checkpoints.everySteps
  if (stated !== null) return stated
  if (!isReclaimed(plan)) return stepCount
  const steps = calibrated(calibration.run.spot_checkpoint_seconds) / stepSeconds
  return Math.min(stepCount, Math.max(1, Math.round(steps)))
}

const isReclaimed = ({ hardware }: Plan): boolean => hardware.reclaims !== null

/** What is assumed about a run on spot machines. */
export const spotNotes = ({ plan, calibration }: MicroStep): readonly Note[] =>
  isReclaimed(plan) && plan.checkpoints.everySteps === null
    ? [
        note('spot-checkpoints-assumed', {
          minutes: Math.round(calibrated(calibration.run.spot_checkpoint_seconds) / 60),
        }),
      ]
    : []

/**
 * Expected time that reclaims of spot instances cost: each loses half a checkpoint interval of work and the restart.
 *
 *   reclaims of an hour and machine · machines · hours · (restart + interval / 2)
 *
 * @source young-1974-checkpoint
 */
export function interruptionSeconds(
  step: MicroStep,
  steps: RunSteps,
  atRiskSeconds: number,
  level: 'low' | 'mid' | 'high',
): number {
  const { plan, calibration } = step
  const { nodes, reclaims } = plan.hardware
  if (reclaims === null) return 0
  const interval = checkpointSteps(step, steps) * steps.stepSeconds
  const count = (reclaims.perHour[level] * atRiskSeconds * nodes) / SECONDS_PER_HOUR
  return count * (calibrated(calibration.run.restart_seconds) + interval / 2)
}
