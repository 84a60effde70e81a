import { GIB, type Range, scaledRange } from '../units.ts'

/** What a published run measured. */
export interface Measured {
  readonly allocatedGib?: number | undefined
  readonly reservedGib?: number | undefined
  readonly deviceGib?: number | undefined
  readonly memoryGibRange?: readonly [number, number] | undefined
  readonly memoryCounter?: 'allocated' | 'reserved' | 'device' | 'unknown' | undefined
  readonly tokensPerSecondPerGpu?: number | undefined
  readonly stepSeconds?: number | undefined
  readonly microStepSeconds?: number | undefined
}

/** What the estimate of the same run says. */
export interface Predicted {
  readonly allocatedBytes: Range
  readonly reservedBytes: Range
  readonly deviceBytes: Range
  readonly fitProbability: number
  readonly stepSeconds: Range
  readonly tokensPerSecondPerGpu: Range
  readonly gradientAccumulation: number
}

/** One measured figure beside its prediction. Above 0: more memory or more speed was predicted than measured. */
export interface Observation {
  readonly quantity: 'memory' | 'time' | 'micro-step'
  /** `allocated`, `reserved`, `device`, `unknown`, `tokens/s/GPU`, `step` or `micro-step`. */
  readonly counter: string
  readonly measured: readonly [number, number]
  readonly predicted: Range
  readonly error: number
  /** Measured above the high end. */
  readonly aboveHigh: boolean
  /** Inside low..high. */
  readonly covered: boolean
}

const TOLERANCE = 1e-9

/**
 * Relative error of a prediction against a measured interval.
 *
 *   error = 0 inside the interval, else predicted / nearest end - 1
 */
export function relativeError([low, high]: readonly [number, number], predicted: number): number {
  if (predicted >= low * (1 - TOLERANCE) && predicted <= high * (1 + TOLERANCE)) return 0
  return predicted < low ? predicted / low - 1 : predicted / high - 1
}

function observe(
  quantity: Observation['quantity'],
  counter: string,
  measured: readonly [number, number],
  predicted: Range,
): Observation {
  const [low, high] = measured
  return {
    quantity,
    counter,
    measured,
    predicted,
    error: relativeError(measured, predicted.mid),
    aboveHigh: low > predicted.high,
    covered: high >= predicted.low && low <= predicted.high,
  }
}

const inGib = (bytes: Range): Range => scaledRange(bytes, 1 / GIB)
const inverse = ({ low, mid, high }: Range): Range => ({ low: 1 / high, mid: 1 / mid, high: 1 / low })

/** Every memory counter that was measured. A range of an unknown counter is compared with reserved, which lies between the others. */
export function memoryObservations(measured: Measured, predicted: Predicted): Observation[] {
  const counters = {
    allocated: inGib(predicted.allocatedBytes),
    reserved: inGib(predicted.reservedBytes),
    device: inGib(predicted.deviceBytes),
  }
  const figures = {
    allocated: measured.allocatedGib,
    reserved: measured.reservedGib,
    device: measured.deviceGib,
  }
  const found = (['allocated', 'reserved', 'device'] as const).flatMap((counter) => {
    const value = figures[counter]
    return value === undefined ? [] : [observe('memory', counter, [value, value], counters[counter])]
  })
  if (found.length > 0 || measured.memoryGibRange === undefined) return found
  const counter = measured.memoryCounter ?? 'unknown'
  return [
    observe(
      'memory',
      counter,
      measured.memoryGibRange,
      counters[counter === 'unknown' ? 'reserved' : counter],
    ),
  ]
}

/** Speed in the measured quantity: tokens a second, or steps a second. */
export function timeObservation(
  measured: Measured,
  predicted: Pick<Predicted, 'stepSeconds' | 'tokensPerSecondPerGpu' | 'gradientAccumulation'>,
): Observation | null {
  const { tokensPerSecondPerGpu: tokens, stepSeconds, microStepSeconds } = measured
  if (tokens !== undefined)
    return observe('time', 'tokens/s/GPU', [tokens, tokens], predicted.tokensPerSecondPerGpu)
  if (stepSeconds !== undefined) {
    return observe('time', 'step', [1 / stepSeconds, 1 / stepSeconds], inverse(predicted.stepSeconds))
  }
  if (microStepSeconds === undefined) return null
  const { low, mid, high } = predicted.stepSeconds
  const parts = predicted.gradientAccumulation
  const micro = { low: low / parts, mid: mid / parts, high: high / parts }
  return observe('micro-step', 'micro-step', [1 / microStepSeconds, 1 / microStepSeconds], inverse(micro))
}
