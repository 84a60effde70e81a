import { memoryObservations, type Observation } from '../../src/core/accuracy/observation.ts'
import type { MemoryEstimate } from '../../src/core/domain/estimates.ts'
import type { MemoryCase } from './corpus.ts'

/** A run with one measured counter beside its prediction. */
export interface Scored extends Observation {
  readonly one: MemoryCase
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, x) => sum + x, 0) / values.length

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const low = Math.floor(at)
  return sorted[low]! + (sorted[Math.ceil(at)]! - sorted[low]!) * (at - low)
}

export function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const value of values) {
    const key = keyOf(value)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value])
    else group.push(value)
  }
  return groups
}

/** Every measured counter of a run. */
export const observations = (one: MemoryCase, estimate: MemoryEstimate): Scored[] =>
  one.oom
    ? []
    : memoryObservations(one.measured, {
        allocatedBytes: estimate.allocatedBytes,
        reservedBytes: estimate.reservedBytes,
        deviceBytes: estimate.deviceBytes,
        fitProbability: estimate.fitProbability,
        stepSeconds: { low: 1, mid: 1, high: 1 },
        tokensPerSecondPerGpu: { low: 1, mid: 1, high: 1 },
        gradientAccumulation: 1,
      }).map((row) => ({ ...row, one }))

const percent = (share: number): string => (100 * share).toFixed(1).padStart(7)

function statistics(name: string, rows: readonly Scored[]): string {
  const groups = [...groupBy(rows, ({ one }) => one.group).values()]
  const errors = groups.map((group) => mean(group.map(({ error }) => Math.abs(error))))
  const bias = mean(groups.map((group) => mean(group.map(({ error }) => error))))
  const above = mean(rows.map(({ aboveHigh }) => Number(aboveHigh)))
  const covered = mean(rows.map(({ covered: inside }) => Number(inside)))
  const columns = [
    quantile(errors, 0.5),
    mean(errors),
    quantile(errors, 0.9),
    Math.max(...errors),
    bias,
    above,
    covered,
  ]
  return `${name.padEnd(24)}${String(rows.length).padStart(5)}${String(groups.length).padStart(5)}${columns.map(percent).join('')}`
}

/** Errors averaged inside a group first, then over groups: of the first counter of each run, and of every counter. */
export function printScores(title: string, rows: readonly Scored[]): void {
  const first = [...groupBy(rows, ({ one }) => one.id).values()].map((group) => group[0]!)
  console.log(`\n${title}\n${''.padEnd(24)} rows grps median   mean    p90    max   bias  >high  cover`)
  console.log(statistics('all', first))
  for (const [source, some] of [...groupBy(first, ({ one }) => one.source)].sort())
    console.log(statistics(`  ${source}`, some))
  for (const [counter, some] of [...groupBy(rows, ({ counter: key }) => key)].sort())
    console.log(statistics(`  ${counter}`, some))
}
