/** Standard normal quantile of 0.95: a 90 % range is the middle plus and minus this many standard deviations. */
export const Z90 = 1.6449
/** Standard normal quantile of 0.975: 95 % lie within this many standard deviations of the middle. */
export const Z95 = 1.96
/** Standard normal quantile of 0.8: 80 % lie below the middle plus this many standard deviations. */
export const Z80_ONE_SIDED = 0.8416

/**
 * Share of the standard normal distribution below z.
 * @source abramowitz-stegun 7.1.26, error below 2e-7
 */
export function normalShare(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp(-x * x)
  return z < 0 ? tail / 2 : 1 - tail / 2
}
