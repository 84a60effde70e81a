import { Z90 } from '../normal-share.ts'
import type { Range } from '../units.ts'

/** What own runs say of one quantity: sums over their ln(measured / predicted). */
export interface Evidence {
  readonly runs: number
  /** Sum of squared shares: a run of which little can be off says little. */
  readonly weight: number
  /** Weighted mean of the logarithms. */
  readonly mean: number
  /** Weighted sum of squared distances from the mean. */
  readonly spread: number
  readonly gpus: readonly string[]
}

/** How the packaged estimate and own runs scatter. */
export interface Scatter {
  /** Standard deviation among runs of one user and stack. */
  readonly deviation: number
  /** How many runs it counts as. */
  readonly runs: number
}

export interface Posterior {
  /** Multiplies the part that can be off. */
  readonly factor: number
  /** Multiplies the logarithms of the range's ends; at most 1. */
  readonly narrowing: number
}

/** Standard deviation of the logarithm that a 90 % range stands for. */
export const deviationOf = ({ low, high }: Range): number => Math.log(high / low) / (2 * Z90)

/**
 * Offset of an estimate from own runs, and how sure it is: normal distributions for the offset and for the scatter around it, both of
 * ln(measured / predicted).
 *
 *   offset variance = max(s² - scatter², s² / 2)     the packaged range holds offset and scatter
 *   1 / v = weight / scatter² + share² / offset variance
 *   factor = exp(v · weight · mean / scatter²)
 *   narrowing = √(s² - offset variance + share² · v) / s
 *
 * `share` is the part of the estimate that the factor multiplies (memory: all but the weights; time: 1): an error of that part moves the
 * whole by its share. Without runs the factor is 1 and the range the packaged one; with many the factor is what they measured, and the
 * scatter remains. Own runs that scatter more than others do count less and keep the range wider.
 *
 * @source gelman-2013-bayesian §2.5
 */
export function posterior(
  evidence: Evidence,
  packaged: { readonly deviation: number; readonly share: number },
  scatter: Scatter,
): Posterior {
  const { weight, mean, spread, runs } = evidence
  const { deviation, share } = packaged
  if (weight <= 0 || share <= 0 || deviation <= 0) return { factor: 1, narrowing: 1 }
  const known = scatter.deviation ** 2
  const seen = Math.max(known, (scatter.runs * known + spread) / (scatter.runs + runs - 1))
  const packagedVariance = deviation ** 2
  const offsetVariance = Math.max(packagedVariance - known, packagedVariance / 2)
  const precision = weight / seen
  const variance = 1 / (precision + share ** 2 / offsetVariance)
  const remaining = (packagedVariance - offsetVariance) * (seen / known)
  return {
    factor: Math.exp(variance * precision * mean),
    narrowing: Math.min(1, Math.sqrt(remaining + share ** 2 * variance) / deviation),
  }
}
