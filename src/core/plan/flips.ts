import type { Candidate, Limits } from '../domain/decision.ts'
import { GIB, type Range, SECONDS_PER_HOUR, scaledRange } from '../units.ts'
import { gib, hours, money, named, roundDown, roundUp, share } from './explain-words.ts'
import { isNearMiss, type Judged } from './select.ts'
import {
  bestOfEachMethod,
  chooseFrom,
  chooseWith,
  type Policy,
  type Pool,
  poolOf,
  spanOf,
  winningPrice,
} from './variations.ts'

/** One limit that can be turned: where it stands in the spec, and which way is looser. */
interface Dial {
  readonly constraint: string
  readonly key: 'usd' | 'hours' | 'minRetention'
  readonly words: string
  readonly print: (value: number) => string
  /** What the limit must be, as printed, for this figure to keep it, or to break it narrowly. */
  readonly keep: (value: number) => number
  readonly break: (value: number) => number
  readonly figureOf: (candidate: Candidate, limits: Limits) => number | null
}

const dials: readonly Dial[] = [
  {
    constraint: 'budget.usd',
    key: 'usd',
    words: 'a budget',
    print: money,
    keep: (usd) => roundUp(usd, 0.01),
    break: (usd) => roundDown(Math.min(usd, nearest(usd, 0.01)), 0.01),
    figureOf: ({ usd }) => usd?.mid ?? null,
  },
  {
    constraint: 'budget.hours',
    key: 'hours',
    words: 'a deadline',
    print: hours,
    keep: (time) => roundUp(time, hourStep(time)),
    break: (time) => roundDown(Math.min(time, nearest(time, hourStep(time))), hourStep(time)),
    figureOf: ({ seconds }) => (seconds === null ? null : seconds.mid / SECONDS_PER_HOUR),
  },
  {
    constraint: 'quality.min_retention',
    key: 'minRetention',
    words: 'a minimum retention',
    print: share,
    keep: (retention) => roundDown(retention, 0.01, true),
    break: (retention) => roundUp(Math.max(retention, nearest(retention, 0.01)), 0.01, true),
    figureOf: ({ retention }, { retentionBasis }) => retention?.[retentionBasis] ?? null,
  },
]

/** As a figure is printed: a flip must lie beyond what the reader sees. */
const nearest = (value: number, step: number): number => Math.round(value / step) * step

const hourStep = (value: number): number => (value >= 100 ? 1 : value >= 1 ? 0.1 : 0.01)

/**
 * What would change the choice. Each sentence about a limit was verified by choosing again under the limit that it prints.
 */
export function flipsOf(judged: readonly Judged[], winner: Candidate, policy: Policy): string[] {
  const feasible = poolOf(judged.flatMap(({ candidate, broken }) => (broken.length === 0 ? candidate : [])))
  return [
    ...dials.flatMap((dial) => loosened(dial, judged, winner, policy)),
    ...largerCards(judged, feasible, winner, policy),
    ...dials.flatMap((dial) => tightened(dial, feasible, winner, policy)),
    ...prices(feasible, winner, policy),
  ]
}

const withLimit = (policy: Policy, { key }: Dial, value: number): Policy => ({
  ...policy,
  limits: { ...policy.limits, [key]: value },
})

/** The smallest loosening of a limit that lets another plan win. */
function loosened(dial: Dial, judged: readonly Judged[], winner: Candidate, policy: Policy): string[] {
  const limit = policy.limits[dial.key]
  if (limit === null) return []
  const allowed = judged.filter(({ broken }) => broken.every(({ name }) => name === dial.constraint))
  const pool = poolOf(allowed.map(({ candidate }) => candidate))
  const missed = new Set(allowed.filter(({ broken }) => broken.length > 0).map(({ candidate }) => candidate))
  const looser = pool.few.flatMap((candidate) => {
    const figure = missed.has(candidate) ? dial.figureOf(candidate, policy.limits) : null
    return figure === null ? [] : dial.keep(figure)
  })
  const nearest = [...new Set(looser)].sort((a, b) => Math.abs(a - limit) - Math.abs(b - limit))
  const chosenAt = (value: number): Candidate | null => chooseFrom(pool, withLimit(policy, dial, value))
  const found = firstChange(
    nearest.length,
    (count) => chosenAt(nearest[count - 1] ?? limit)?.id !== winner.id,
  )
  const value = found === null ? undefined : nearest[found - 1]
  const next = value === undefined ? null : chosenAt(value)
  if (value === undefined || next === null) return []
  return [`with ${dial.words} of ${dial.print(value)} (${dial.print(limit)} now) ${named(next)} wins`]
}

/** Smallest count at which the choice has changed, by halving; null when it does not change with all of them. */
function firstChange(count: number, changed: (count: number) => boolean): number | null {
  if (count === 0 || !changed(count)) return null
  let low = 0
  let high = count
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (changed(middle)) high = middle
    else low = middle
  }
  return high
}

/** Only the nearest misses are looked at. */
const NEAREST_MISSES = 200

/** How much more memory would let another plan win. */
function largerCards(judged: readonly Judged[], feasible: Pool, winner: Candidate, policy: Policy): string[] {
  const misses = judged.flatMap(({ candidate, broken: [only, ...others] }) =>
    only?.name === 'memory' && others.length === 0 && isNearMiss(only) && only.value !== null
      ? [{ candidate, limit: only.limit, needed: only.value }]
      : [],
  )
  misses.sort((a, b) => a.needed / a.limit - b.needed / b.limit || (a.candidate.id < b.candidate.id ? -1 : 1))
  const span = spanOf(feasible.few)
  for (const { candidate, limit, needed } of misses.slice(0, NEAREST_MISSES)) {
    if (
      candidate.id !== winner.id &&
      chooseWith(feasible.few, span, candidate, policy)?.id === candidate.id
    ) {
      return [
        `with ${gib(roundUp(needed, gibStep))} on each GPU (${gib(limit)} now) ${named(candidate)} wins`,
      ]
    }
  }
  return []
}

/** A tenth of a GiB, as it is printed. */
const gibStep = GIB / 10

/** Where the winner itself would fall out, and who would follow. */
function tightened(dial: Dial, feasible: Pool, winner: Candidate, policy: Policy): string[] {
  const figure = dial.figureOf(winner, policy.limits)
  if (figure === null) return []
  const value = dial.break(figure)
  if (value < 0 || (dial.key === 'minRetention' && value > 1)) return []
  const tighter = withLimit(policy, dial, value)
  const next = chooseFrom(feasible, tighter)
  if (policy.namesHardware === true && chooseFrom(cardsOnly(feasible), tighter) === null) return []
  // A limit that only warns excludes nothing.
  if (next === null || next.id === winner.id) return []
  return [`with ${dial.words} of ${dial.print(value)} ${named(next)} wins`]
}

/** Without services, which are not ranked where the hardware of the spec cannot do it. */
const cardsOnly = (pool: Pool): Pool => poolOf(pool.all.filter(({ gpu }) => gpu !== null))

/** A price that would have to fall by more than nine tenths is no flip. */
const LEAST_PRICE_SHARE = 0.1
/** Nothing rents for more by the GPU-hour. */
const HIGHEST_USD_PER_GPU_HOUR = 100

/** The price at which the best plan of each other method would win; its cost is taken as proportional to the price. */
function prices(feasible: Pool, winner: Candidate, policy: Policy): string[] {
  if (policy.objective === 'time' || policy.objective === 'article') return []
  return bestOfEachMethod(feasible, policy)
    .filter(({ method }) => method !== winner.method)
    .flatMap((challenger) => priceFlip(feasible, challenger, policy) ?? [])
}

function priceFlip(feasible: Pool, challenger: Candidate, policy: Policy): string | null {
  const { usd, usdPerGpuHour: price } = challenger
  if (usd === null) return unpricedFlip(feasible, challenger, policy)
  const usdAt = (part: number): Range => scaledRange(usd, part)
  const found = winningPrice(feasible.all, challenger, policy, usdAt, [LEAST_PRICE_SHARE, 1])
  if (found === null) return null
  if (price === null)
    return `${named(challenger)} wins below ${money(usd.mid * found)} (${money(usd.mid)} now)`
  return `${named(challenger)} wins below ${money(price * found)} per GPU-hour (${money(price)} now)`
}

/** A plan without a price on file: what it may cost at most. */
function unpricedFlip(feasible: Pool, challenger: Candidate, policy: Policy): string | null {
  const { seconds, gpuCount } = challenger
  if (seconds === null || gpuCount === null) return null
  const usdAt = (price: number): Range => {
    const of = (duration: number): number => (duration / SECONDS_PER_HOUR) * gpuCount * price
    return { low: of(seconds.low), mid: of(seconds.mid), high: of(seconds.high) }
  }
  const found = winningPrice(feasible.all, challenger, policy, usdAt, [0.01, HIGHEST_USD_PER_GPU_HOUR])
  return found === null
    ? null
    : `${named(challenger)}, without a price on file, wins below ${money(found)} per GPU-hour`
}
