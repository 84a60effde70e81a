import type { Candidate, Limits, Margins, Objective, Weights } from '../domain/decision.ts'
import { SECONDS_PER_HOUR } from '../units.ts'
import { followsArticle } from './article-rule.ts'
import {
  best,
  comparedQuality,
  defaultMargins,
  defaultWeights,
  type RankOptions,
  type Scenario,
} from './rank.ts'

/** How the spec wants to choose. */
export interface Policy {
  readonly objective: Objective
  readonly limits: Limits
  readonly weights?: Weights
  readonly margins?: Margins
}

/** What `rank` and `best` need to know of a policy. */
export const rankOptions = ({ objective, limits, weights, margins }: Policy): RankOptions => ({
  weights: weights ?? defaultWeights,
  margins: margins ?? defaultMargins,
  minRetention: limits.minRetention,
  ...(objective === 'article' ? { followsRule: followsArticle(limits) } : {}),
})

/** The first by a policy among candidates that are feasible. */
export const winnerOf = (feasible: readonly Candidate[], policy: Policy): Candidate | null =>
  best(feasible, policy.objective, rankOptions(policy))

const retentionEnds = ['low', 'expected', 'high'] as const
const spendingEnds = ['low', 'mid', 'high'] as const
/** Each weight a quarter up and down. */
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
export function robustnessOf(candidates: readonly Candidate[], winner: Candidate, policy: Policy): number {
  const options = rankOptions(policy)
  let same = 0
  let runs = 0
  for (const retention of retentionEnds) {
    for (const spending of spendingEnds) {
      const scenario = { retention, spending }
      const feasible = candidates.filter((candidate) => keepsLimits(candidate, policy.limits, scenario))
      for (const weights of weightVariations(policy)) {
        const chosen = best(feasible, policy.objective, { ...options, weights, scenario })
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

/** Steps of a halving search between a price of nothing and the price of today. */
const PRICE_STEPS = 40

/**
 * Highest share of its present cost at which a candidate would win; null when no price makes it win. The others keep their prices.
 */
export function winningPriceShare(
  feasible: readonly Candidate[],
  challenger: Candidate,
  policy: Policy,
): number | null {
  if (challenger.usd === null || challenger.usd.mid <= 0) return null
  const { usd } = challenger
  const others = feasible.filter(({ id }) => id !== challenger.id)
  const wins = (share: number): boolean => {
    const cheaper = { low: usd.low * share, mid: usd.mid * share, high: usd.high * share }
    return winnerOf([...others, { ...challenger, usd: cheaper }], policy)?.id === challenger.id
  }
  let won = 0.01
  let lost = 1
  if (!wins(won) || wins(lost)) return null
  for (let step = 0; step < PRICE_STEPS && lost - won > 1e-3; step++) {
    const middle = (won + lost) / 2
    if (wins(middle)) won = middle
    else lost = middle
  }
  return won
}

/** Best of each method, in the order of the methods' ids. */
export function bestOfEachMethod(feasible: readonly Candidate[], policy: Policy): Candidate[] {
  const methods = [...new Set(feasible.map(({ method }) => method))].sort()
  return methods.flatMap((method) => {
    const first = winnerOf(
      feasible.filter((candidate) => candidate.method === method),
      policy,
    )
    return first === null ? [] : [first]
  })
}

/** Whether two candidates are equal within the margins in everything that is compared. */
export function areTied(a: Candidate, b: Candidate, { retention, fraction }: Margins): boolean {
  const near = (x: number | undefined, y: number | undefined): boolean =>
    x !== undefined && y !== undefined && Math.max(x, y) <= Math.min(x, y) * (1 + fraction)
  return (
    near(a.usd?.mid, b.usd?.mid) &&
    near(a.seconds?.mid, b.seconds?.mid) &&
    Math.abs(comparedQuality(a) - comparedQuality(b)) <= retention
  )
}
