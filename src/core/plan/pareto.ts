import type { Margins } from '../domain/decision.ts'

/** The three figures that plans are compared by. Unknown cost and time are Infinity, unknown quality is -Infinity. */
export interface Axes {
  readonly cost: Float64Array
  readonly time: Float64Array
  readonly quality: Float64Array
}

/**
 * Whether each plan is Pareto-optimal (1) or dominated (0). A plan is dominated when another is no worse in cost, time and quality, and
 * better in one of them by more than the margin: differences within the noise remove nothing.
 *
 * Sweep over cost with a prefix maximum of quality over time: n log n.
 */
export function paretoFlagsOf(axes: Axes, margins: Margins): Uint8Array {
  const { cost, time, quality } = axes
  const count = cost.length
  const flags = new Uint8Array(count).fill(1)
  const byCost = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) =>
    compare(at(cost, a), at(cost, b)),
  )
  const times = Float64Array.from(new Set(time)).sort()
  const clearlyCheaper = new PrefixMaximum(times.length)
  const noDearer = new PrefixMaximum(times.length)
  const rankOf = Uint32Array.from(time, (value) => below(times, value, true))
  const scale = 1 + margins.fraction
  let cheaper = 0
  let inserted = 0
  for (const plan of byCost) {
    const planCost = at(cost, plan)
    const planQuality = at(quality, plan)
    for (; inserted < count && at(cost, at(byCost, inserted)) <= planCost; inserted++) {
      const other = at(byCost, inserted)
      noDearer.raise(at(rankOf, other), at(quality, other))
    }
    for (; cheaper < count && at(cost, at(byCost, cheaper)) * scale < planCost; cheaper++) {
      const other = at(byCost, cheaper)
      clearlyCheaper.raise(at(rankOf, other), at(quality, other))
    }
    const sameTime = at(rankOf, plan)
    const clearlyFaster = below(times, at(time, plan) / scale, false)
    const dominated =
      reaches(clearlyCheaper.upTo(sameTime), planQuality) ||
      reaches(noDearer.upTo(clearlyFaster), planQuality) ||
      noDearer.upTo(sameTime) > planQuality + margins.retention
    if (dominated) flags[plan] = 0
  }
  return flags
}

/** NaN marks "nobody": then nothing is reached, not even an unknown quality. */
const reaches = (best: number, quality: number): boolean => best >= quality

/** Ascending; Infinity is equal to itself. */
export const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

const at = (values: Float64Array | Uint32Array, index: number): number => values[index] ?? 0

/** Number of sorted values below the limit, the limit itself included or not. */
function below(sorted: Float64Array, limit: number, inclusive: boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const value = at(sorted, middle)
    if (value < limit || (inclusive && value === limit)) low = middle + 1
    else high = middle
  }
  return low
}

/** Fenwick tree of maxima over positions 1..n. */
class PrefixMaximum {
  readonly #best: Float64Array
  constructor(size: number) {
    this.#best = new Float64Array(size + 1).fill(Number.NaN)
  }
  raise(position: number, value: number): void {
    for (let i = position; i < this.#best.length; i += i & -i) {
      if (!(at(this.#best, i) >= value)) this.#best[i] = value
    }
  }
  /** NaN when nothing is there. */
  upTo(position: number): number {
    let best = Number.NaN
    for (let i = position; i > 0; i -= i & -i) {
      const value = at(this.#best, i)
      if (!(best >= value) && !Number.isNaN(value)) best = value
    }
    return best
  }
}
