import type { Candidate, Margins, Objective, Weights } from '../domain/decision.ts'
import { balancedScores, defaultWeights, type Scale, scaleOf } from './balance.ts'
import { type Axes, compare, paretoFlagsOf } from './pareto.ts'

/**
 * Differences inside the noise: of retention what the same method differs by between repeated runs and a thousand test items; of cost and
 * time what no estimate here can tell apart. A policy, not a fact.
 * @source peft-2026-method-comparison
 */
export const margins: Margins = { retention: 0.02, fraction: 0.05 }

/** Which end of the ranges the comparison looks at; `expected` is the documented middle. */
export interface Scenario {
  readonly retention: 'low' | 'expected' | 'high'
  readonly spending: 'low' | 'mid' | 'high'
}
export const expectedScenario: Scenario = { retention: 'expected', spending: 'mid' }

/** Float noise below this share of a dollar or second never breaks a tie. */
const TICKS_PER_UNIT = 1e6

/** Quality for the comparison: the middle, less half of what it may fall short; at most 1, because above full is noise. Unknown sorts last. */
export function comparedQuality({ retention }: Candidate, end: Scenario['retention'] = 'expected'): number {
  if (retention === null) return Number.NEGATIVE_INFINITY
  const value = end === 'expected' ? retention.mid - 0.5 * (retention.mid - retention.low) : retention[end]
  return Math.min(1, value)
}

/** Figures as they are compared; unknown is Infinity, and so is what is no number: it must not win, and NaN never compares. */
export const ticks = (value: number | undefined): number =>
  value === undefined || Number.isNaN(value)
    ? Number.POSITIVE_INFINITY
    : Math.round(value * TICKS_PER_UNIT) / TICKS_PER_UNIT

export function axesOf(candidates: readonly Candidate[], scenario: Scenario = expectedScenario): Axes {
  return {
    cost: Float64Array.from(candidates, ({ usd }) => ticks(usd?.[scenario.spending])),
    time: Float64Array.from(candidates, ({ seconds }) => ticks(seconds?.[scenario.spending])),
    quality: Float64Array.from(candidates, (candidate) => comparedQuality(candidate, scenario.retention)),
  }
}

/** True for each candidate that no other dominates beyond the margins. */
export const paretoFlags = (candidates: readonly Candidate[]): boolean[] =>
  Array.from(paretoFlagsOf(axesOf(candidates), margins), (flag) => flag === 1)

export interface RankOptions {
  readonly weights?: Weights
  readonly minRetention?: number | null
  readonly scenario?: Scenario
  /** Spans of cost and time for `balanced`, where the candidates are only some of those that count. */
  readonly scale?: Scale
  /** Objective `article`: whether a candidate is what the article's rule picks. */
  readonly followsRule?: (candidate: Candidate) => boolean
}

/**
 * The candidates best first. Ties go on to cost, time, quality and then to the id, so that the order does not depend on the order given.
 * @source presets are lexicographic so that a choice can be told in one sentence; `balanced` is a weighted sum of utilities
 */
export function rank(
  candidates: readonly Candidate[],
  objective: Objective,
  options: RankOptions = {},
): Candidate[] {
  const axes = axesOf(candidates, options.scenario)
  const keys = primaryKeys(candidates, axes, objective, options)
  const order = Uint32Array.from(candidates.keys())
  order.sort((a, b) => comparePlans(candidates, axes, keys, objective, a, b))
  return Array.from(order, (i) => candidates[i] as Candidate)
}

/** The first of `rank`, in one pass: what the variations of the decision look at again and again. */
export function best(
  candidates: readonly Candidate[],
  objective: Objective,
  options: RankOptions = {},
): Candidate | null {
  if (candidates.length === 0) return null
  const axes = axesOf(candidates, options.scenario)
  const keys = primaryKeys(candidates, axes, objective, options)
  let winner = 0
  for (let i = 1; i < candidates.length; i++) {
    if (comparePlans(candidates, axes, keys, objective, i, winner) < 0) winner = i
  }
  return candidates[winner] ?? null
}

/** Smaller is better; equal keys go on to the tie-break of the objective. */
function primaryKeys(
  candidates: readonly Candidate[],
  axes: Axes,
  objective: Objective,
  options: RankOptions,
): Float64Array {
  switch (objective) {
    case 'cost':
      return axes.cost
    case 'time':
      return axes.time
    case 'quality':
      return qualityBands(axes.quality)
    case 'balanced':
      return balancedScores(axes, {
        weights: options.weights ?? defaultWeights,
        minRetention: options.minRetention ?? null,
        scale: options.scale ?? scaleOf([axes]),
      }).map((score) => -score)
    case 'article':
      return Float64Array.from(candidates, (candidate) => (options.followsRule?.(candidate) === true ? 0 : 1))
  }
}

function comparePlans(
  candidates: readonly Candidate[],
  axes: Axes,
  keys: Float64Array,
  objective: Objective,
  a: number,
  b: number,
): number {
  const first = compareAt(keys, a, b)
  if (first !== 0) return first
  const quality = compareAt(axes.quality, b, a)
  if (objective === 'cost' && quality !== 0) return quality
  return (
    compareAt(axes.cost, a, b) ||
    compareAt(axes.time, a, b) ||
    quality ||
    compareIds(candidates[a], candidates[b])
  )
}

const compareIds = (a: Candidate | undefined, b: Candidate | undefined): number => {
  const [left, right] = [a?.id ?? '', b?.id ?? '']
  return left < right ? -1 : left > right ? 1 : 0
}

function compareAt(values: Float64Array, a: number, b: number): number {
  return compare(values[a] ?? 0, values[b] ?? 0)
}

/** Bands of equal quality: the best one leads the first, who is more than the margin below it leads the next. */
function qualityBands(quality: Float64Array): Float64Array {
  const bands = new Float64Array(quality.length)
  const descending = Uint32Array.from(quality.keys()).sort((a, b) => compareAt(quality, b, a))
  let leader = Number.POSITIVE_INFINITY
  let band = -1
  for (const plan of descending) {
    const value = quality[plan] ?? 0
    if (band < 0 || leader - value > margins.retention) {
      leader = value
      band++
    }
    bands[plan] = band
  }
  return bands
}
