import type { MeasuredFigures } from '../domain/run.ts'
import { UserError } from '../errors.ts'
import { isRecord } from '../is-record.ts'
import { GIB } from '../units.ts'

type Json = Readonly<Record<string, unknown>>

/** What a log of the Hugging Face Trainer measured. */
export interface TrainerFigures {
  readonly measured: MeasuredFigures
  /** What a reader should know about the figures. */
  readonly remark: string
}

const amount = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null

/** Whether a JSON object is a `trainer_state.json` or an `all_results.json` of the Trainer. */
export const isTrainerLog = (value: unknown): boolean =>
  isRecord(value) && (Array.isArray(value.log_history) || 'train_runtime' in value)

/**
 * Step time and peak memory of a Trainer's run. `globalBatchSize` (sequences of a step) is for runs whose rate of steps is rounded away.
 *
 *   step = train_runtime / steps, else 1 / train_steps_per_second, else global batch / train_samples_per_second
 *   peak = before_init_mem_gpu + init_mem_gpu_alloc_delta + train_mem_gpu_alloc_delta + train_mem_gpu_peaked_delta
 *
 * @source transformers
 */
export function trainerFigures(value: Json, globalBatchSize: number): TrainerFigures {
  const summary = summaryOf(value)
  const step = stepSeconds(summary, value, globalBatchSize)
  const peak = peakBytes(summary)
  if (step === null && peak === null) {
    throw new UserError(
      'invalid-spec',
      'the log has no train_runtime: the run did not end, or this is the state of a checkpoint on the way',
      'name trainer_state.json or all_results.json of the output folder, written when training ended',
    )
  }
  return {
    measured: {
      ...(step === null ? {} : { step_seconds: step }),
      ...(peak === null ? {} : { allocated_gib: peak / GIB }),
    },
    remark: step === null ? '' : 'train_runtime holds evaluation and saving too',
  }
}

/** The entry that the Trainer writes at the end of training. */
function summaryOf(value: Json): Json {
  if (!Array.isArray(value.log_history)) return value
  const entries: readonly unknown[] = value.log_history
  return entries.filter(isRecord).findLast((entry) => 'train_runtime' in entry) ?? {}
}

/** The Trainer rounds its rates to three places: below this one in a hundred is lost. */
const LEAST_RATE = 0.05

function stepSeconds(summary: Json, state: Json, globalBatchSize: number): number | null {
  const runtime = amount(summary.train_runtime)
  const steps = amount(summary.step) ?? amount(state.global_step)
  if (runtime !== null && steps !== null) return runtime / steps
  const rate = amount(summary.train_steps_per_second)
  if (rate !== null && rate >= LEAST_RATE) return 1 / rate
  const samples = amount(summary.train_samples_per_second)
  if (samples !== null) return globalBatchSize / samples
  return rate === null ? null : 1 / rate
}

/** Peak of what tensors took; null where the log has no memory figures, or not where they start from. */
function peakBytes(summary: Json): number | null {
  const peaked = summary.train_mem_gpu_peaked_delta
  const starts = [summary.before_init_mem_gpu, summary.init_mem_gpu_alloc_delta]
  if (typeof peaked !== 'number' || starts.every((start) => typeof start !== 'number')) return null
  const parts = [...starts, summary.train_mem_gpu_alloc_delta, peaked]
  return amount(parts.reduce((sum: number, part) => sum + (typeof part === 'number' ? part : 0), 0))
}
