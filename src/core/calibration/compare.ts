import { relativeError } from '../accuracy/observation.ts'
import type { OwnPrediction, OwnRun } from '../domain/user-calibration.ts'
import { GIB, type Range, scaledRange } from '../units.ts'
import { correctedCounters, type OwnCorrection, timeCorrection, timeRange } from './correct.ts'
import { measuredBytes } from './residuals.ts'

/** One figure that a run measured beside its prediction with and without own runs. */
export interface Comparison {
  /** `allocated`, `reserved`, `device`, `required` (a run out of memory), `step`, `tokens/s/GPU` or `micro-step`. */
  readonly counter: string
  readonly unit: 'GiB' | 's' | 'tokens/s'
  /** Lowest and highest value; no highest where the run ended out of memory. */
  readonly measured: { readonly low: number; readonly high: number | null }
  readonly before: Range
  readonly after: Range
  /** predicted / measured - 1; 0 inside a measured range. */
  readonly errorBefore: number
  readonly errorAfter: number
}

function comparison(
  counter: string,
  unit: Comparison['unit'],
  [low, high]: readonly [number, number],
  before: Range,
  after: Range,
): Comparison {
  const error = ({ mid }: Range): number => relativeError([low, high], mid)
  return {
    counter,
    unit,
    measured: { low, high: Number.isFinite(high) ? high : null },
    before,
    after,
    errorBefore: error(before),
    errorAfter: error(after),
  }
}

/** The prediction of an own run as estimates give it with own runs counted in. */
export function correctedPrediction(run: OwnRun, own: OwnCorrection | null): OwnPrediction {
  if (own === null) return run.predicted
  const { predicted } = run
  const habits = { stack: run.stack, methodClass: run.method_class, gpu: run.gpu }
  const counters = correctedCounters(
    {
      reservedBytes: predicted.reserved_bytes,
      deviceBytes: predicted.device_bytes,
      requiredBytes: predicted.required_bytes,
      capacityBytes: predicted.capacity_bytes,
    },
    predicted.weight_bytes,
    habits,
    own,
  )
  const time = timeCorrection(predicted.step_seconds, habits, own)
  return {
    ...predicted,
    reserved_bytes: counters.reservedBytes,
    device_bytes: counters.deviceBytes,
    required_bytes: counters.requiredBytes,
    step_seconds: time === null ? predicted.step_seconds : timeRange(predicted.step_seconds, time),
    tokens_per_second_per_gpu:
      time === null
        ? predicted.tokens_per_second_per_gpu
        : timeRange(predicted.tokens_per_second_per_gpu, { ...time, factor: 1 / time.factor }),
  }
}

/** Every figure that a run measured, predicted with and without own runs. */
export function comparisonsOf(run: OwnRun, own: OwnCorrection | null): Comparison[] {
  const after = correctedPrediction(run, own)
  return run.oom ? [outOfMemory(run.predicted, after)] : [...memory(run, after), ...time(run, after)]
}

function outOfMemory(before: OwnPrediction, after: OwnPrediction): Comparison {
  const capacity = before.capacity_bytes / GIB
  return comparison(
    'required',
    'GiB',
    [capacity, Number.POSITIVE_INFINITY],
    scaledRange(before.required_bytes, 1 / GIB),
    scaledRange(after.required_bytes, 1 / GIB),
  )
}

const memory = ({ measured, predicted }: OwnRun, after: OwnPrediction): Comparison[] =>
  (['allocated', 'reserved', 'device'] as const).flatMap((counter) => {
    const found = measuredBytes(measured, counter)
    if (found === null) return []
    const [low, high] = found
    const key = `${counter}_bytes` as const
    const values = [low / GIB, high / GIB] as const
    return [
      comparison(
        counter,
        'GiB',
        values,
        scaledRange(predicted[key], 1 / GIB),
        scaledRange(after[key], 1 / GIB),
      ),
    ]
  })

/** The figure of time that counts: the step where it was measured, else the speed, else a micro-batch. */
function time({ measured, predicted }: OwnRun, after: OwnPrediction): Comparison[] {
  const { step_seconds: step, tokens_per_second_per_gpu: speed, micro_step_seconds: micro } = measured
  if (step !== undefined)
    return [comparison('step', 's', [step, step], predicted.step_seconds, after.step_seconds)]
  if (speed !== undefined) {
    const { tokens_per_second_per_gpu: before } = predicted
    return [comparison('tokens/s/GPU', 'tokens/s', [speed, speed], before, after.tokens_per_second_per_gpu)]
  }
  if (micro === undefined) return []
  const part = 1 / predicted.gradient_accumulation
  const [before, later] = [scaledRange(predicted.step_seconds, part), scaledRange(after.step_seconds, part)]
  return [comparison('micro-step', 's', [micro, micro], before, later)]
}
