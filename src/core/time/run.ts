import { calibrated } from '../domain/constant.ts'
import type { Plan, Workload } from '../domain/plan.ts'
import type { Sink } from '../term.ts'
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

interface RunSteps {
  readonly stepCount: number
  readonly stepSeconds: number
}

/** Adds the terms of the whole run, in seconds: their sum is its total. */
export function addRun(step: MicroStep, steps: RunSteps, sink: Sink): void {
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
  sink.add(
    'interruption/spot',
    interruptionSeconds(step, steps, training + evaluation + saving),
    'expected reclaims · (restart + half a checkpoint interval)',
    'calibration §run',
  )
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
function saveSeconds({ plan, prepared, calibration }: MicroStep, { stepCount }: RunSteps): number {
  const trainable = prepared.rankTrainableParameters * plan.parallelism.tp * plan.parallelism.pp
  const { everySteps } = plan.checkpoints
  const times = everySteps === null ? 1 : Math.max(1, Math.floor(stepCount / everySteps))
  const bytes = trainable * (plan.method.trains === 'adapters' ? 12 : 10)
  return (times * bytes) / calibrated(calibration.run.save_bytes_per_second)
}

/**
 * Expected time that reclaims of spot instances cost: each loses half a checkpoint interval of work and the restart.
 *
 *   rate · hours · (restart + interval / 2)
 *
 * @source young-1974-checkpoint
 */
function interruptionSeconds(
  { plan, calibration }: MicroStep,
  { stepCount, stepSeconds }: RunSteps,
  seconds: number,
): number {
  if (plan.hardware.commitment !== 'spot') return 0
  const { run } = calibration
  const interval = (plan.checkpoints.everySteps ?? stepCount) * stepSeconds
  const reclaims = (calibrated(run.spot_interruptions_per_hour) * seconds * plan.hardware.nodes) / 3600
  return reclaims * (calibrated(run.restart_seconds) + interval / 2)
}
