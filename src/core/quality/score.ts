import type { Retention } from '../domain/estimates.ts'
import { UserError } from '../errors.ts'
import type { Range } from '../units.ts'

/** What retention means in points, where the scores before and after full fine-tuning are known. */
export interface ExpectedScore {
  /** Expected score = full score x retention. */
  readonly score: Range
  /** Share of full fine-tuning's gain = (R - base/full) / (1 - base/full): a high base hides losses. Null without a base score. */
  readonly gain: Range | null
}

/**
 * Expected score and share of the gain.
 * @source biderman-2024: OpenWebMath rank 16 keeps 0.56 of the score but 0.14 of the gain
 */
export function expectedScore(retention: Retention, full: number, base: number | null): ExpectedScore {
  if (!(full > 0)) throw new UserError('invalid-spec', `quality.full_score: ${full} is not above 0`)
  if (base !== null && (base < 0 || base >= full)) {
    throw new UserError(
      'invalid-spec',
      `quality.base_score: ${base} is not below quality.full_score ${full}`,
      'base_score is the score before fine-tuning, full_score the score after full fine-tuning',
    )
  }
  const each = (of: (share: number) => number): Range => ({
    low: of(retention.low),
    mid: of(retention.mid),
    high: of(retention.high),
  })
  return {
    score: each((share) => share * full),
    gain: base === null ? null : each((share) => (share - base / full) / (1 - base / full)),
  }
}
