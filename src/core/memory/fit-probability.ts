import { normalShare, Z90 } from '../normal-share.ts'
import type { Range } from '../units.ts'

/**
 * Probability that a run needs at most `capacityBytes`.
 *
 *   probability = share of a normal distribution below ln(capacity / mid) / deviation,
 *   deviation = ln(high / mid) / 1.645 above the middle, ln(mid / low) / 1.645 below it
 *
 * The logarithm of measured over predicted scatters about evenly; the two sides have their own width.
 */
export function fitProbability({ low, mid, high }: Range, capacityBytes: number): number {
  if (mid <= 0) return 1
  if (capacityBytes <= 0) return 0
  const distance = Math.log(capacityBytes / mid)
  const side = distance >= 0 ? Math.log(high / mid) : Math.log(mid / low)
  const deviation = side / Z90
  if (deviation <= 0) return distance >= 0 ? 1 : 0
  return normalShare(distance / deviation)
}
