/** Standard deviations from the middle to either end of a 90 % range. */
export const DEVIATIONS_TO_90 = 1.6449

/**
 * Share of the standard normal distribution below z.
 *
 * @source abramowitz-stegun 26.2.17
 */
export function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  const upper = density * polynomial
  return z >= 0 ? 1 - upper : upper
}
