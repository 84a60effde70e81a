import { UserError } from '../errors.ts'
import { Z80_ONE_SIDED, Z95 } from '../normal-share.ts'

/** Share of items on which two versions of one model give different verdicts, where nobody measured it. */
const USUAL_DISAGREEMENT = 0.1

export interface ComparisonInput {
  /** Score of the present version, a share of 1. */
  readonly score: number
  /** Difference that the comparison must see, in the same unit. */
  readonly difference: number
  /** Share of items that the two versions answer differently; null takes 10 %. */
  readonly disagreement: number | null
}

export interface ComparisonItems {
  /** Items for each version when each sees other items. */
  readonly unpaired: number
  /** Items when both versions answer the same ones. */
  readonly paired: number
  readonly disagreement: number
}

/**
 * Items that an A/B comparison needs to see a difference d at 5 % error and 80 % power.
 *
 *   unpaired, for each version: (1.96 sqrt(2 m (1-m)) + 0.84 sqrt(p (1-p) + q (1-q)))^2 / d^2, m the mean of p and q
 *   paired: (1.96 sqrt(D) + 0.84 sqrt(D - d^2))^2 / d^2, D the share of items answered differently
 *
 * @source connor-1987 for the paired test, fleiss-1981 for the unpaired
 */
export function comparisonItems({ score, difference, disagreement }: ComparisonInput): ComparisonItems {
  const size = Math.abs(difference)
  if (!(score > 0 && score < 1)) throw new UserError('usage', `score: ${score} is not between 0 and 1`)
  const other = difference > 0 && score + size > 1 ? score - size : score + difference
  if (!(size > 0 && other >= 0 && other <= 1)) {
    throw new UserError('usage', `difference: ${difference} leads from ${score} to no other score`)
  }
  const differing = disagreement ?? Math.max(USUAL_DISAGREEMENT, size)
  if (!(differing >= size && differing <= 1)) {
    throw new UserError('usage', `disagreement: ${differing} is not between the difference ${size} and 1`)
  }
  const mean = (score + other) / 2
  const unpaired =
    Z95 * Math.sqrt(2 * mean * (1 - mean)) +
    Z80_ONE_SIDED * Math.sqrt(score * (1 - score) + other * (1 - other))
  const paired = Z95 * Math.sqrt(differing) + Z80_ONE_SIDED * Math.sqrt(differing - size ** 2)
  return {
    unpaired: Math.ceil((unpaired / size) ** 2),
    paired: Math.ceil((paired / size) ** 2),
    disagreement: differing,
  }
}
