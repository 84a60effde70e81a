import type { Workload } from '../domain/plan.ts'
import { normalShare, Z90 } from '../normal-share.ts'

/**
 * Spread of a log-normal length distribution from its mean and 95th percentile; null when the data do not say.
 *
 *   ln(p95 / mean) = z·σ − σ²/2, so σ = z − √(z² − 2·ln(p95 / mean))
 *
 * Token lengths of instruction data are close to log-normal: a long right tail, no negative values.
 */
export function logSpread(meanTokens: number, p95Tokens: number | null): number | null {
  if (p95Tokens === null) return null
  const ratio = Math.log(Math.max(1, p95Tokens / meanTokens))
  return Z90 - Math.sqrt(Math.max(0, Z90 * Z90 - 2 * ratio))
}

/**
 * Mean of the longest of `count` lengths drawn from a log-normal cut at the maximum.
 *
 *   E[max] = ∫₀^max (1 − F(x)^count) dx, midpoint rule
 */
export function expectedLongest(mean: number, spread: number, maximum: number, count: number): number {
  if (count <= 1 || spread === 0) return Math.min(mean, maximum)
  const location = Math.log(mean) - (spread * spread) / 2
  const strips = 64
  const width = maximum / strips
  let longest = 0
  for (let i = 0; i < strips; i++) {
    const share = normalShare((Math.log((i + 0.5) * width) - location) / spread)
    longest += (1 - share ** count) * width
  }
  return Math.min(maximum, Math.max(mean, longest))
}

/** By count, from none to 8. */
const largestOfNormals = [0, 0, 0.564, 0.846, 1.029, 1.163, 1.267, 1.352, 1.424]

/**
 * Mean of the largest of n standard normal values.
 *
 *   E[max] = ∫ x · n · φ(x) · Φ(x)^(n − 1) dx, tabulated up to 8
 *
 * Beyond it is √(2·ln n) less its first correction, (ln ln n + ln 4π) / (2·√(2·ln n)).
 */
export function expectedLargestNormal(count: number): number {
  const known = largestOfNormals[count]
  if (known !== undefined) return known
  const leading = Math.sqrt(2 * Math.log(count))
  return leading - (Math.log(Math.log(count)) + Math.log(4 * Math.PI)) / (2 * leading)
}

/** What one sequence of a micro-batch costs, in tokens. */
export interface SequenceTokens {
  /** Positions that the hardware computes. */
  readonly processed: number
  /** Positions that hold data. */
  readonly real: number
  /** Length that decides how many tokens a query sees: Σ length² / Σ length where documents are kept apart. */
  readonly context: number
  /** Standard deviation of the length / mean: what ranks wait for one another for. */
  readonly variation: number
}

/** Tokens of one sequence of a micro-batch, by packing. Packed sequences are full and of equal length. */
export function sequenceTokens(
  workload: Workload,
  microBatchSize: number,
  byLength: boolean,
  assumedVariation: number,
): SequenceTokens {
  const { packing, sequenceLength, meanTokens, p95Tokens, maxTokens } = workload
  if (packing === 'packed') {
    return { processed: sequenceLength, real: sequenceLength, context: sequenceLength, variation: 0 }
  }
  if (meanTokens >= maxTokens) {
    return { processed: maxTokens, real: maxTokens, context: maxTokens, variation: 0 }
  }
  const spread = logSpread(meanTokens, p95Tokens)
  const variation = spread === null ? assumedVariation : Math.sqrt(Math.expm1(spread * spread))
  if (packing === 'padding-free') {
    const context = Math.min(maxTokens, meanTokens * (1 + variation * variation))
    return { processed: meanTokens, real: meanTokens, context, variation }
  }
  const processed =
    spread === null || byLength ? meanTokens : expectedLongest(meanTokens, spread, maxTokens, microBatchSize)
  return { processed, real: meanTokens, context: processed, variation }
}
