import type { ArticleClaim, ClaimVerdict, JudgedClaim } from '../domain/article.ts'
import type { PlanReport } from '../domain/report.ts'
import { TermSink } from '../term.ts'
import { GB, type Range, SECONDS_PER_HOUR, scaledRange } from '../units.ts'

/** The figures of an article are rounded: this much beside our range still agrees. */
const ROUNDING = 0.05

/** What a claim is compared with, in its own unit. */
interface Comparison {
  readonly range: Range
  /** Nothing below this exists, whatever the settings; null where there is no such bound. */
  readonly bound: { readonly value: number; readonly words: string } | null
  readonly words: string
}

/** What our estimator says of the plan that a claim speaks of. */
export interface ClaimedPlan {
  readonly plan: PlanReport
  readonly totalParameters: number
}

/**
 * Every claim of the article beside our estimate, with a verdict and a reason. `planFor` estimates the spec of a claim; null where that is not possible.
 */
export const articleClaims = (
  claims: readonly ArticleClaim[],
  planFor: (claim: ArticleClaim) => ClaimedPlan | null,
): JudgedClaim[] => claims.map((claim) => judged(claim, planFor))

function judged(claim: ArticleClaim, planFor: (claim: ArticleClaim) => ClaimedPlan | null): JudgedClaim {
  const { id, section, claim: text, quantity, unit, value } = claim
  const shown = { id, section, claim: text, quantity, unit, value }
  if (claim.verdict !== undefined) {
    return { ...shown, estimate: evidenceRange(claim), verdict: claim.verdict, reason: claim.reason ?? '' }
  }
  const compared = comparisonOf(claim, planFor)
  if (compared === null) {
    return {
      ...shown,
      estimate: null,
      verdict: 'not testable',
      reason: claim.reason ?? 'no estimate of ours speaks of it',
    }
  }
  const verdict = verdictOf(claim, compared)
  const reason = [reasonOf(verdict, compared), claim.reason].filter((part) => part !== undefined).join('; ')
  return { ...shown, estimate: compared.range, verdict, reason }
}

const evidenceRange = ({ evidence }: ArticleClaim): Range | null =>
  evidence === undefined ? null : { ...evidence, mid: (evidence.low + evidence.high) / 2 }

function comparisonOf(
  claim: ArticleClaim,
  planFor: (claim: ArticleClaim) => ClaimedPlan | null,
): Comparison | null {
  const measured = evidenceRange(claim)
  if (measured !== null)
    return { range: measured, bound: null, words: `known from ${claim.evidence?.source ?? ''}` }
  if (claim.spec === undefined) return null
  const found = planFor(claim)
  return found === null ? null : fromPlan(claim, found)
}

const exactly = (value: number): Range => ({ low: value, mid: value, high: value })

function fromPlan({ quantity }: ArticleClaim, { plan, totalParameters }: ClaimedPlan): Comparison | null {
  const words = `the 90 % range of our plan ${plan.id}`
  const simple = (range: Range | null): Comparison | null =>
    range === null ? null : { range, bound: null, words }
  switch (quantity) {
    case 'memory':
      return memoryComparison(plan, words)
    case 'time':
      return simple(plan.time === null ? null : scaledRange(plan.time.totalSeconds, 1 / SECONDS_PER_HOUR))
    case 'cost':
      return simple(plan.cost.usd)
    case 'retention':
      return simple(plan.retention)
    case 'trainable-parameters':
      return plan.trainableParameters === null ? null : countedFrom(plan.trainableParameters)
    case 'total-parameters':
      return countedFrom(totalParameters)
    default:
      return null
  }
}

const countedFrom = (parameters: number): Comparison => ({
  range: exactly(parameters),
  bound: null,
  words: 'counted from the config of the model',
})

/** First words of the terms that no setting of the same recipe removes. */
const unavoidable = new Set(['weights', 'adapters', 'gradients', 'optimizer'])

/** All cards together. The bound: weights, gradients and states in the fullest phase, without a single activation. */
function memoryComparison({ memory, gpuCount }: PlanReport, words: string): Comparison | null {
  if (memory === null) return null
  const cards = gpuCount ?? 1
  const resident = memory.phases.map(({ terms }) =>
    terms.reduce((sum, { key, bytes }) => (unavoidable.has(key.split('/')[0] ?? '') ? sum + bytes : sum), 0),
  )
  const bound = (Math.max(0, ...resident) * cards) / GB
  const { low, mid, high } = scaledRange(memory.requiredBytes, cards / GB)
  return {
    // What must be there is there at the low end of the range too.
    range: { low: Math.max(low, bound), mid: Math.max(mid, bound), high: Math.max(high, bound) },
    bound: { value: bound, words: `weights, gradients and states alone are ${bound.toFixed(1)} GB` },
    words: cards === 1 ? words : `${words}, ${cards} cards together`,
  }
}

function verdictOf({ value, better }: ArticleClaim, { range, bound }: Comparison): ClaimVerdict {
  if (value === null) return 'not testable'
  const low = typeof value === 'number' ? value : value.low
  const high = typeof value === 'number' ? value : value.high
  if (bound !== null && high < bound.value * (1 - ROUNDING)) return 'contradicts physics'
  const below = high < range.low * (1 - ROUNDING)
  const above = low > range.high * (1 + ROUNDING)
  if (!below && !above) return 'agrees'
  // Where neither way flatters, a different figure is simply wrong: counts follow from the config.
  if (better === null) return 'contradicts physics'
  return (better === 'lower') === below ? 'optimistic' : 'pessimistic'
}

function reasonOf(verdict: ClaimVerdict, { bound, words }: Comparison): string {
  if (verdict === 'contradicts physics' && bound !== null) return bound.words
  return words
}

/**
 * The article's memory formula, kept as a named baseline: weights + 2 x weights for the optimizer + 1 x for gradients + batch x sequence x size x
 * 0.1 for activations. The last term is wrong by orders of magnitude: 140 GB, batch 32 and 2048 tokens give 918,064 GB, not the 560 GB printed.
 * @source article, calculate_memory_requirements
 */
export function articleMemoryGb(modelGb: number, batchSize: number, sequenceLength: number): TermSink {
  const sink = new TermSink()
  sink.add('weights/article', modelGb, 'model size', 'article')
  sink.add('optimizer/article', 2 * modelGb, '2 x model size', 'article')
  sink.add('gradients/article', modelGb, '1 x model size', 'article')
  const activations = batchSize * sequenceLength * modelGb * 0.1
  sink.add('activations/article', activations, 'batch x sequence x model size x 0.1', 'article')
  return sink
}
