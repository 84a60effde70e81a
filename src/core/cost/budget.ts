import { groupBy } from '../group-by.ts'
import type { Term } from '../term.ts'
import type { Range } from '../units.ts'

/** What budget questions need to know of a plan. */
export interface PricedPlan {
  readonly id: string
  readonly method: string
  readonly usd: Range | null
  readonly seconds: Range | null
}

/** The plan with the lowest middle price; plans without a price never win. Null when none has one. */
export function cheapestPlan<T extends PricedPlan>(plans: readonly T[]): T | null {
  let best: T | null = null
  for (const plan of plans) {
    if (plan.usd !== null && (best === null || plan.usd.mid < (best.usd?.mid ?? Infinity))) best = plan
  }
  return best
}

/** A faster plan, and what the speed costs beside the next slower one. */
export interface FasterStep<T> {
  readonly plan: T
  readonly extraUsd: number
  readonly savedSeconds: number
}

/**
 * Plans that nobody undercuts at their speed: from the cheapest to the fastest, each one faster and dearer than the one before. Plans
 * without a price or a time are left out; of equal ones the first given stays.
 */
export function fasterSteps<T extends PricedPlan>(plans: readonly T[]): readonly FasterStep<T>[] {
  const usdOf = (plan: T): number => plan.usd?.mid ?? Infinity
  const secondsOf = (plan: T): number => plan.seconds?.mid ?? Infinity
  const known = plans.filter(({ usd, seconds }) => usd !== null && seconds !== null)
  const steps: FasterStep<T>[] = []
  for (const plan of known.toSorted((a, b) => usdOf(a) - usdOf(b) || secondsOf(a) - secondsOf(b))) {
    const slower = steps.at(-1)?.plan
    if (slower === undefined) steps.push({ plan, extraUsd: 0, savedSeconds: 0 })
    else if (secondsOf(plan) < secondsOf(slower)) {
      const extraUsd = usdOf(plan) - usdOf(slower)
      steps.push({ plan, extraUsd, savedSeconds: secondsOf(slower) - secondsOf(plan) })
    }
  }
  return steps
}

/** The cheapest plan of each method, in the order in which the methods appear. */
export function cheapestPerMethod<T extends PricedPlan>(plans: readonly T[]): Map<string, T> {
  const cheapest = new Map<string, T>()
  for (const [method, rivals] of groupBy(plans, (plan) => plan.method)) {
    const plan = cheapestPlan(rivals)
    if (plan !== null) cheapest.set(method, plan)
  }
  return cheapest
}

/** A bill split into what grows with the tokens and what does not. */
export interface Spending {
  readonly fixedUsd: number
  readonly growingUsd: number
}

/** Terms of one run that grow with its tokens. */
const growing = new Set([
  'rent/training',
  'rent/evaluation',
  'rent/checkpoints',
  'rent/interruption',
  'rent/other',
  'api/training',
])
/** Terms of one run that do not. */
const constant = new Set(['rent/start-up', 'rent/minimum', 'api/minimum'])
/** Terms that repeat the whole run. */
const repeated = new Set(['search', 'experiments', 'failed-runs'])

/**
 * Splits a bill. Searching, repeating and failing repeat both parts of a run; storage, egress, hosting and stated set-up stay.
 *
 *   growing = growing terms · (run + repeats) / run
 */
export function spendingOf(terms: readonly Pick<Term, 'key' | 'amount'>[]): Spending {
  const sum = (counts: (key: string) => boolean): number =>
    terms.reduce((total, { key, amount }) => (counts(key) ? total + amount : total), 0)
  const grows = sum((key) => growing.has(key))
  const run = grows + sum((key) => constant.has(key))
  const repeats = sum((key) => repeated.has(key))
  const growingUsd =
    (run === 0 ? 0 : grows * (1 + repeats / run)) + sum((key) => key.startsWith('ownership/'))
  return { growingUsd, fixedUsd: sum(() => true) - growingUsd }
}

/**
 * Share of the data that a budget pays and a deadline leaves time for: the smaller of
 *
 *   (budget − fixed) / growing   and   (deadline − rest of the run) / training
 *
 * A limit of null does not bind. 0 when the fixed part already breaks a limit, or when a deadline meets an unknown time.
 */
export function affordedShare(
  limits: { readonly usd: number | null; readonly seconds: number | null },
  spending: Spending,
  time: { readonly trainSeconds: number; readonly totalSeconds: number } | null,
): number {
  const { usd, seconds } = limits
  const paid = usd === null ? Infinity : paidShare(usd, spending)
  if (seconds === null) return paid
  if (time === null || time.trainSeconds <= 0) return 0
  return Math.max(0, Math.min(paid, (seconds - (time.totalSeconds - time.trainSeconds)) / time.trainSeconds))
}

function paidShare(usd: number, { fixedUsd, growingUsd }: Spending): number {
  if (usd < fixedUsd) return 0
  return growingUsd <= 0 ? Infinity : (usd - fixedUsd) / growingUsd
}

/**
 * Jobs after which a purchase costs less than renting for each of them.
 *
 *   jobs = ⌈purchase / (rent of a job − running cost of a job)⌉
 *
 * Null when a job on own machines costs as much as a rented one: it never does.
 */
export function breakEvenJobs(input: {
  readonly purchaseUsd: number
  readonly runningUsdPerJob: number
  readonly rentUsdPerJob: number
}): number | null {
  const saved = input.rentUsdPerJob - input.runningUsdPerJob
  return saved <= 0 ? null : Math.max(1, Math.ceil(input.purchaseUsd / saved - 1e-9))
}

/**
 * Hours of use after which hardware of one's own is cheaper than renting the same.
 *
 *   hours = purchase / (rent per hour − running cost per hour)
 *
 * Null when running it costs as much as renting: it never is.
 */
export function breakEvenHours(input: {
  readonly purchaseUsd: number
  readonly runningUsdPerHour: number
  readonly rentUsdPerHour: number
}): number | null {
  const saved = input.rentUsdPerHour - input.runningUsdPerHour
  return saved <= 0 ? null : input.purchaseUsd / saved
}
