import type { Candidate, Limits, Objective, Weights } from '../domain/decision.ts'
import { type Range, SECONDS_PER_HOUR } from '../units.ts'
import { followsArticle } from './article-rule.ts'
import { defaultWeights, emptyScale, type Scale, widen } from './balance.ts'
import {
  best,
  comparedQuality,
  expectedScenario,
  margins,
  type RankOptions,
  type Scenario,
  ticks,
} from './rank.ts'
import { frontsAt, shortlist } from './shortlist.ts'

/** How the spec wants to choose. */
export interface Policy {
  readonly objective: Objective
  readonly limits: Limits
  readonly weights?: Weights
  /** The spec names its hardware: services alone do not make it feasible. */
  readonly namesHardware?: boolean
}

/** What `rank` and `best` need to know of a policy. */
export const rankOptions = ({ objective, limits, weights }: Policy): RankOptions => ({
  weights: weights ?? defaultWeights,
  minRetention: limits.minRetention,
  ...(objective === 'article' ? { followsRule: followsArticle(limits) } : {}),
})

/** Candidates with their shortlist, so that choosing again and again under other limits looks at a few only. */
export interface Pool {
  readonly all: readonly Candidate[]
  readonly few: readonly Candidate[]
}
export const poolOf = (all: readonly Candidate[]): Pool => ({ all, few: shortlist(all) })

/** The winner among those of a pool that keep the limits on money, time and quality. */
export function chooseFrom(
  { few }: Pool,
  policy: Policy,
  scenario: Scenario = expectedScenario,
): Candidate | null {
  const kept = few.filter((candidate) => keepsLimits(candidate, policy.limits, scenario))
  return best(kept, policy.objective, { ...rankOptions(policy), scenario, scale: spanOf(kept, scenario) })
}

/**
 * Spans of cost and time that a balance runs over. A plan that another of its method, quality and card beats in both does not count: what
 * nobody would take moves no choice.
 */
export function spanOf(candidates: readonly Candidate[], { spending }: Scenario = expectedScenario): Scale {
  const scale = emptyScale()
  for (const { usd, seconds } of frontsAt(candidates, spending)) {
    widen(scale.cost, ticks(usd?.[spending]))
    widen(scale.time, ticks(seconds?.[spending]))
  }
  return scale
}

const retentionEnds = ['low', 'expected', 'high'] as const
const spendingEnds = ['low', 'mid', 'high'] as const
/** Each weight a quarter up and down: how far a reader might set it otherwise. A policy, not a fact. */
const WEIGHT_SHIFTS = [0.75, 1.25]

function weightVariations({ objective, weights = defaultWeights }: Policy): Weights[] {
  if (objective !== 'balanced') return [weights]
  const keys = ['cost', 'time', 'quality'] as const
  const shifted = keys.flatMap((key) =>
    WEIGHT_SHIFTS.map((shift) => ({ ...weights, [key]: weights[key] * shift })),
  )
  return [weights, ...shifted]
}

/**
 * Share of the varied runs that choose the same plan: retention low, expected, high x cost and time low, middle, high x weights +-25 %. Budget,
 * deadline and minimum retention are applied to the varied figures; a variation that leaves no plan at all says nothing about the choice and is not counted.
 */
export function robustnessOf(pool: Pool, winner: Candidate, policy: Policy): number {
  let same = 0
  let runs = 0
  for (const retention of retentionEnds) {
    for (const spending of spendingEnds) {
      const scenario = { retention, spending }
      const few = pool.few.filter((candidate) => keepsLimits(candidate, policy.limits, scenario))
      const scale = spanOf(few, scenario)
      for (const weights of weightVariations(policy)) {
        const options = { ...rankOptions({ ...policy, weights }), scenario, scale }
        const chosen = best(few, policy.objective, options)
        if (chosen !== null) runs++
        if (chosen?.id === winner.id) same++
      }
    }
  }
  return same / runs
}

/** Limits on money, time and quality under varied figures; the other constraints do not vary. */
function keepsLimits(candidate: Candidate, limits: Limits, { retention, spending }: Scenario): boolean {
  const { usd, seconds } = candidate
  if (limits.budgetLevel === 'error') {
    if (limits.usd !== null && !((usd?.[spending] ?? Number.POSITIVE_INFINITY) <= limits.usd)) return false
    const hours = (seconds?.[spending] ?? Number.POSITIVE_INFINITY) / SECONDS_PER_HOUR
    if (limits.hours !== null && !(hours <= limits.hours)) return false
  }
  if (limits.qualityLevel === 'warn' || limits.minRetention === null) return true
  const end = retention === 'expected' ? limits.retentionBasis : retention
  return (candidate.retention?.[end] ?? Number.NEGATIVE_INFINITY) >= limits.minRetention
}

/** The winner when one more candidate joins a pool that keeps the policy's limits; `span` is that of the pool. */
export function chooseWith(
  few: readonly Candidate[],
  span: Scale,
  joining: Candidate,
  policy: Policy,
): Candidate | null {
  const scale = { cost: { ...span.cost }, time: { ...span.time } }
  widen(scale.cost, ticks(joining.usd?.mid))
  widen(scale.time, ticks(joining.seconds?.mid))
  return best([...few, joining], policy.objective, { ...rankOptions(policy), scale })
}

/** Halvings of the search for a price. */
const PRICE_STEPS = 40

/**
 * Highest price between two at which a candidate would win; null when it wins at none or at both. The others keep their prices.
 * `usdAt` is the candidate's cost at a price.
 */
export function winningPrice(
  feasible: readonly Candidate[],
  challenger: Candidate,
  policy: Policy,
  usdAt: (price: number) => Range,
  [lowest, highest]: readonly [number, number],
): number | null {
  const others = feasible.filter(({ id }) => id !== challenger.id)
  const few = shortlist(others)
  const span = spanOf(few)
  const wins = (price: number): boolean =>
    chooseWith(few, span, { ...challenger, usd: usdAt(price) }, policy)?.id === challenger.id
  let won = lowest
  let lost = highest
  if (!wins(won) || wins(lost)) return null
  for (let step = 0; step < PRICE_STEPS && lost - won > 1e-6 * lost; step++) {
    const middle = (won + lost) / 2
    if (wins(middle)) won = middle
    else lost = middle
  }
  return won
}

/** Best of each method, in the order of the methods' ids. */
export function bestOfEachMethod({ few }: Pool, policy: Policy): Candidate[] {
  const methods = [...new Set(few.map(({ method }) => method))].sort()
  return methods.flatMap((method) => {
    const own = few.filter((candidate) => candidate.method === method)
    return chooseFrom({ all: own, few: own }, policy) ?? []
  })
}

/** Whether two candidates are equal within the margins in everything that is compared. */
export function areTied(a: Candidate, b: Candidate): boolean {
  const near = (x: number | undefined, y: number | undefined): boolean =>
    x !== undefined && y !== undefined && Math.max(x, y) <= Math.min(x, y) * (1 + margins.fraction)
  return (
    near(a.usd?.mid, b.usd?.mid) &&
    near(a.seconds?.mid, b.seconds?.mid) &&
    Math.abs(comparedQuality(a) - comparedQuality(b)) <= margins.retention
  )
}
