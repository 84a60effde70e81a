import type { MeasuredFigures } from '../domain/run.ts'
import type { OwnPrediction, OwnRun, OwnRunRules } from '../domain/user-calibration.ts'
import { GIB } from '../units.ts'

/** How far a measurement is from its prediction. */
export interface Residual {
  /** ln(measured / predicted) of the part that can be off. */
  readonly logarithm: number
  /** That part as a share of the predicted total. */
  readonly share: number
}

type Counter = 'allocated' | 'reserved' | 'device'
/** Lowest and highest value that was measured; the same where the figure is exact. */
type Interval = readonly [number, number]

/** Counters that speak of a quantity, the nearest first: of several that were measured the first counts. */
const counters: Readonly<Record<'required' | 'reserved' | 'device', readonly Counter[]>> = {
  required: ['allocated', 'reserved', 'device'],
  reserved: ['reserved', 'device', 'allocated'],
  device: ['device', 'reserved', 'allocated'],
}

type Measurement = Pick<OwnRun, 'measured' | 'predicted' | 'oom'>
type Limits = Pick<OwnRunRules, 'implausible_factor'>

/** Residuals of one run; null where nothing was measured that speaks of the quantity. */
export const residualsOf = (
  run: Measurement,
  limits: Limits,
): Readonly<Record<'required' | 'reserved' | 'device' | 'time', Residual | null>> => ({
  required: run.oom ? outOfMemory(run.predicted, limits) : memoryResidual(run, 'required', limits),
  reserved: run.oom ? null : memoryResidual(run, 'reserved', limits),
  device: run.oom ? null : memoryResidual(run, 'device', limits),
  time: run.oom ? null : timeResidual(run.measured, run.predicted),
})

/** What a run measured of a counter, in bytes: a value or a range. */
export function measuredBytes(figures: MeasuredFigures, counter: Counter): Interval | null {
  const value = figures[`${counter}_gib`]
  if (value !== undefined) return [value * GIB, value * GIB]
  const { memory_gib_range: range, memory_counter: which = 'unknown' } = figures
  // A figure of an unknown counter is compared with reserved, which lies between the others.
  const spoken = which === 'unknown' ? 'reserved' : which
  return range === undefined || spoken !== counter ? null : [range[0] * GIB, range[1] * GIB]
}

/**
 * What a run says of a counter. Another counter than the wanted one was measured: the difference between the two is taken as predicted.
 * What the card must have follows the tensors: blocks that the allocator keeps on top may be any part of the difference, so that a total
 * below the prediction says nothing of tensors until it is too small to hold them.
 */
function memoryResidual(
  { measured, predicted }: Measurement,
  quantity: keyof typeof counters,
  limits: Limits,
): Residual | null {
  const target = quantity === 'required' ? 'allocated' : quantity
  const wanted = predicted[`${target}_bytes`].mid
  for (const counter of counters[quantity]) {
    const found = measuredBytes(measured, counter)
    if (found === null) continue
    const [low, high] = found
    const above = predicted[`${counter}_bytes`].mid
    const most =
      target === 'allocated' && counter !== 'allocated' ? outsideBytes(counter, predicted) : above - wanted
    return beyondWeights([low - (above - wanted), high - most], wanted, predicted.weight_bytes, limits)
  }
  return null
}

/** What a counter holds that torch does not reserve: context and collectives. */
const outsideBytes = (
  counter: 'reserved' | 'device',
  { reserved_bytes, device_bytes }: OwnPrediction,
): number => (counter === 'reserved' ? 0 : device_bytes.mid - reserved_bytes.mid)

/**
 * Residual of the part beyond the weights, which are known exactly.
 *
 *   logarithm = ln((measured - weights) / (predicted - weights)), share = (predicted - weights) / predicted
 *
 * A small part beside large weights may seem any number of times off: what is implausible counts as the limit.
 */
function beyondWeights(
  [low, high]: Interval,
  predicted: number,
  weights: number,
  { implausible_factor: limit }: Limits,
): Residual | null {
  const part = predicted - weights
  if (part <= 0) return null
  // Inside a range the error is 0.
  const nearest = Math.min(high, Math.max(low, predicted))
  const ratio = Math.min(limit, Math.max(1 / limit, (nearest - weights) / part))
  return { logarithm: Math.log(ratio), share: part / predicted }
}

/** A run that ended out of memory needed more than the card: it speaks only where less was predicted, and then of the card's size. */
const outOfMemory = (
  { required_bytes, weight_bytes, capacity_bytes }: OwnPrediction,
  limits: Limits,
): Residual | null =>
  required_bytes.mid >= capacity_bytes
    ? null
    : beyondWeights([capacity_bytes, capacity_bytes], required_bytes.mid, weight_bytes, limits)

function timeResidual(figures: MeasuredFigures, predicted: OwnPrediction): Residual | null {
  const ratio = timeRatio(figures, predicted)
  return ratio === null ? null : { logarithm: Math.log(ratio), share: 1 }
}

/** Measured over predicted time: of the step where it was measured, else by the speed, else of a micro-batch. */
export function timeRatio(
  { step_seconds, tokens_per_second_per_gpu, micro_step_seconds }: MeasuredFigures,
  predicted: Pick<OwnPrediction, 'step_seconds' | 'tokens_per_second_per_gpu' | 'gradient_accumulation'>,
): number | null {
  const step = predicted.step_seconds.mid
  if (step_seconds !== undefined) return step_seconds / step
  if (tokens_per_second_per_gpu !== undefined)
    return predicted.tokens_per_second_per_gpu.mid / tokens_per_second_per_gpu
  return micro_step_seconds === undefined
    ? null
    : (micro_step_seconds * predicted.gradient_accumulation) / step
}
