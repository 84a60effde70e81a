import type { Market } from '../domain/bill.ts'

/** Hours of a month on average: 365.25 · 24 / 12. */
export const HOURS_PER_MONTH = 730.5

/** A run that is lost more often than this many times over is as good as endless: keeps the expectation finite. */
const LARGEST_EXPONENT = 50

/** What is known about how often a spot machine is taken back. */
export interface InterruptionRate {
  /** Share of the capacity that is reclaimed within a month. */
  readonly monthlyFraction: number
  readonly perHour: number
  /** False when the rate of other machines is assumed. */
  readonly known: boolean
  readonly source: string
}

/**
 * Interruptions per hour of running.
 *
 *   perHour = −ln(1 − share reclaimed in a month) / hours of a month
 *
 * Reclaims are taken as independent of age, so that the share grows as 1 − e^(−rate·t). Where a source says "more than 20 %" the
 * bound is used: the true rate is higher.
 */
export const interruptionsPerHour = (monthlyFraction: number): number =>
  -Math.log(1 - Math.min(monthlyFraction, 0.999)) / HOURS_PER_MONTH

const middle = ({ low, high }: { low: number; high: number | null }): number =>
  high === null ? low : (low + high) / 2

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  const upper = sorted[half] ?? 0
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2
}

/** The rate of this instance and region, of the instance anywhere, or the median of all machines on file; null when there are none. */
export function interruptionRate(
  market: Market,
  provider: string,
  region: string | null,
  instance: string | null,
): InterruptionRate | null {
  const { rows, source } = market.spotInterruption
  if (rows.length === 0) return null
  const same = rows.filter((row) => row.provider === provider && row.instance === instance)
  const here = same.filter((row) => row.region === region)
  const best = here.length > 0 ? here : same
  const monthlyFraction = median((best.length > 0 ? best : rows).map(({ monthly }) => middle(monthly)))
  return {
    monthlyFraction,
    perHour: interruptionsPerHour(monthlyFraction),
    known: best.length > 0,
    source,
  }
}

/**
 * Expected seconds that interruptions add to a run: work done again since the last checkpoint, and restarts.
 *
 *   expected = e^(λR) · (e^(λτ) − 1) / λ · T/τ,   lost = expected − T
 *
 * with T the seconds of work, τ between checkpoints (T when nothing is saved on the way), R of a restart and λ interruptions per
 * second. For small λ it is λ·T·(τ/2 + R): half an interval and a restart for each interruption.
 *
 * @source daly-2006
 */
export function interruptionSeconds(input: {
  workSeconds: number
  checkpointSeconds: number
  restartSeconds: number
  perSecond: number
}): number {
  const { workSeconds, restartSeconds, perSecond } = input
  if (perSecond <= 0 || workSeconds <= 0) return 0
  const interval = Math.min(input.checkpointSeconds, workSeconds)
  const segment = Math.expm1(Math.min(perSecond * interval, LARGEST_EXPONENT)) / perSecond
  const restart = Math.exp(Math.min(perSecond * restartSeconds, LARGEST_EXPONENT))
  return Math.max(0, (restart * segment * workSeconds) / interval - workSeconds)
}
