import { comparisonItems } from '../quality/comparison-items.ts'
import type { ComparisonAdvice } from '../report/advice-report.ts'
import type { Range } from '../units.ts'

/** Differences between two versions that people want to see, in shares of the score. */
const DIFFERENCES = [0.05, 0.02, 0.01] as const
/** Of all scores this one needs the most items. */
const WORST_SCORE = 0.5

/** Test items that an A/B comparison of two versions needs, at the expected score where it is a share of 1, else at the worst one. */
export function comparisonAdvice(expected: Range | null): ComparisonAdvice {
  const isShare = expected !== null && expected.mid > 0 && expected.mid < 1
  const score = isShare ? expected.mid : WORST_SCORE
  const rows = DIFFERENCES.map((difference) => ({
    difference,
    ...comparisonItems({ score, difference, disagreement: null }),
  }))
  return { score, isScoreAssumed: !isShare, rows }
}
