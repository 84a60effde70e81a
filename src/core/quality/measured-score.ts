import type { Retention } from '../domain/estimates.ts'
import type { MeasuredScore } from '../domain/measured-score.ts'
import { UserError } from '../errors.ts'
import { Z90 } from '../normal-share.ts'

export type { MeasuredScore }

/** Names what is wrong with a measured score. */
export function checkMeasuredScore(row: MeasuredScore): void {
  const fail = (what: string): never => {
    throw new UserError(
      'invalid-spec',
      what,
      'scores are shares of 1, such as --full 0.704 --score 0.674 --n 1319',
    )
  }
  if (!(row.full > 0 && row.full <= 1)) fail(`full: ${row.full} is not above 0 and at most 1`)
  if (!(row.score >= 0 && row.score <= 1)) fail(`score: ${row.score} is not between 0 and 1`)
  if (!Number.isInteger(row.n) || row.n < 1) fail(`n: ${row.n} is not a whole number of test items`)
}

/** Whether a measured score speaks for this plan. */
export const matching = (
  row: MeasuredScore,
  plan: {
    readonly method: string
    readonly task: { readonly id: string }
    readonly adapters: { rank: number } | null
  },
): boolean =>
  row.method === plan.method &&
  (row.task === null || row.task === plan.task.id) &&
  (row.rank === null || plan.adapters === null || row.rank === plan.adapters.rank)

/**
 * Standard deviation of the ratio of two scores on n items each: ratio x sqrt((1-s)/(s n) + (1-f)/(f n)), the scores taken as shares
 * of right answers and half an item added so that 0 and 1 keep an error.
 * @source binomial standard error
 */
export function ratioDeviation({ score, full, n }: MeasuredScore): number {
  const share = (value: number): number => (value * n + 0.5) / (n + 1)
  const variance = (value: number): number => (1 - share(value)) / (share(value) * n)
  return Math.max(score / full, 0.5 / n) * Math.sqrt(variance(score) + variance(full))
}

/**
 * Joins the model with measured ratios, each weighted with the inverse of its variance (the model's from its half-width / 1.645).
 * Grade A: it is the user's own task.
 */
export function withMeasured(modelled: Retention | null, rows: readonly MeasuredScore[]): Retention | null {
  if (rows.length === 0) return modelled
  let weight = 0
  let sum = 0
  if (modelled !== null) {
    const deviation = Math.max((modelled.high - modelled.low) / (2 * Z90), 1e-3)
    weight = 1 / deviation ** 2
    sum = modelled.mid * weight
  }
  const basis = rows.map((row) => `measured: ${row.score} of ${row.full} on ${row.n} items`)
  for (const row of rows) {
    checkMeasuredScore(row)
    const inverse = 1 / ratioDeviation(row) ** 2
    weight += inverse
    sum += (row.score / row.full) * inverse
  }
  const mid = sum / weight
  const half = Z90 / Math.sqrt(weight)
  return {
    low: Math.max(0, mid - half),
    mid,
    high: mid + half,
    grade: 'A',
    basis: [...basis, ...(modelled?.basis ?? [])],
  }
}
