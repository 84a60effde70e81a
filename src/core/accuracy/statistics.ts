import { groupBy } from '../group-by.ts'

/** Error figures of a set of rows, averaged within a group first so that a source with a hundred near-equal rows counts once. */
export interface Statistics {
  readonly rows: number
  readonly groups: number
  readonly medianAbsolute: number
  readonly meanAbsolute: number
  readonly p90Absolute: number
  readonly maximumAbsolute: number
  /** Mean signed error: above 0 means too much memory or too fast. */
  readonly bias: number
  /** Share of rows measured above the printed high. */
  readonly aboveHighFraction: number
  /** Share of rows inside the printed range. */
  readonly coverageFraction: number
}

export interface ScoredRow {
  readonly group: string
  readonly error: number
  readonly aboveHigh: boolean
  readonly covered: boolean
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** Quantile by linear interpolation between order statistics (type 7). */
export function quantile(values: readonly number[], probability: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const position = (sorted.length - 1) * probability
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position - Math.floor(position))
}

const share = (flags: readonly boolean[]): number => mean(flags.map(Number))

/** Statistics of the rows, or null when there are none. */
export function statisticsOf(rows: readonly ScoredRow[]): Statistics | null {
  if (rows.length === 0) return null
  const groups = [...groupBy(rows, (row) => row.group).values()]
  const absolute = groups.map((group) => mean(group.map((row) => Math.abs(row.error))))
  return {
    rows: rows.length,
    groups: groups.length,
    medianAbsolute: quantile(absolute, 0.5),
    meanAbsolute: mean(absolute),
    p90Absolute: quantile(absolute, 0.9),
    maximumAbsolute: Math.max(...absolute),
    bias: mean(groups.map((group) => mean(group.map((row) => row.error)))),
    aboveHighFraction: share(rows.map((row) => row.aboveHigh)),
    coverageFraction: share(rows.map((row) => row.covered)),
  }
}
