import type { Weights } from '../domain/decision.ts'
import { UserError } from '../errors.ts'
import type { Axes } from './pareto.ts'

/** Documented weights of objective `balanced`; a policy, not a fact. */
export const defaultWeights: Weights = { cost: 0.35, time: 0.15, quality: 0.5 }

/** Quality starts to count here, unless the minimum retention is higher. A policy, not a fact. */
const LOWEST_USEFUL_RETENTION = 0.85
/** Nothing counts as less than a cent or a second: the scale is logarithmic, and own hardware may cost 0. */
const LEAST_USD = 0.01
const LEAST_SECONDS = 1
/** Plans that hardly differ in cost or time do not earn the whole weight by it: the scale spans at least this factor. */
const LEAST_SPAN = 2

interface Span {
  min: number
  max: number
}

/** Smallest and largest known cost and time. */
export interface Scale {
  readonly cost: Readonly<Span>
  readonly time: Readonly<Span>
}

const emptySpan = (): Span => ({ min: Number.POSITIVE_INFINITY, max: 0 })

export function widen(span: Span, value: number): void {
  if (value < span.min) span.min = value
  if (value > span.max && value !== Number.POSITIVE_INFINITY) span.max = value
}

export const emptyScale = (): { cost: Span; time: Span } => ({ cost: emptySpan(), time: emptySpan() })

export function scaleOf(parts: readonly Pick<Axes, 'cost' | 'time'>[]): Scale {
  const scale = emptyScale()
  for (const { cost, time } of parts) {
    for (const value of cost) widen(scale.cost, value)
    for (const value of time) widen(scale.time, value)
  }
  return scale
}

export interface Balance {
  readonly weights: Weights
  readonly minRetention: number | null
  readonly scale: Scale
}

/**
 * Weighted sum of utilities: cost and time on a logarithmic scale from the worst (0) to the best (1), quality from the lowest useful
 * retention (0) to that of full fine-tuning (1). A plan of unknown cost stands behind every plan with a price.
 */
export function balancedScores(axes: Axes, { weights, minRetention, scale }: Balance): Float64Array {
  checkWeights(weights)
  const floor = Math.min(Math.max(minRetention ?? 0, LOWEST_USEFUL_RETENTION), 1 - 1e-9)
  const total = weights.cost + weights.time + weights.quality
  return axes.quality.map((quality, i) => {
    const cost = axes.cost[i] ?? Number.POSITIVE_INFINITY
    const costUtility = logarithmicUtility(cost, scale.cost, LEAST_USD)
    const time = axes.time[i] ?? Number.POSITIVE_INFINITY
    const timeUtility = logarithmicUtility(time, scale.time, LEAST_SECONDS)
    const useful = Math.min(1, Math.max(0, (quality - floor) / (1 - floor)))
    const score = (weights.cost * costUtility + weights.time * timeUtility + weights.quality * useful) / total
    return cost === Number.POSITIVE_INFINITY ? score - 1 : score
  })
}

/** 1 - ln(x / min) / ln(max / min), the span at least a factor of two; 1 when all are equal, 0 when unknown. */
function logarithmicUtility(value: number, { min, max }: Span, smallest: number): number {
  if (value === Number.POSITIVE_INFINITY) return 0
  const least = Math.max(min, smallest)
  const span = Math.log(Math.max(max / least, LEAST_SPAN))
  return 1 - Math.log(Math.max(value, least) / least) / span
}

function checkWeights({ cost, time, quality }: Weights): void {
  for (const [key, value] of Object.entries({ cost, time, quality })) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new UserError('invalid-spec', `selection.weights.${key}: ${value} is not 0 or more`)
    }
  }
  if (cost + time + quality > 0) return
  throw new UserError(
    'invalid-spec',
    'selection.weights: all weights are 0',
    'give at least one of cost, time and quality a weight',
  )
}
