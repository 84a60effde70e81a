import type { Task } from '../domain/task.ts'

/** A measured retention of 16-bit adapters on all linear layers. */
export interface SlopePoint {
  readonly capacityRatio: number
  readonly retention: number
}

export interface Refitted {
  /** The task with the slope that the points say; unchanged where slopes are judgement. */
  readonly task: Task
  /** Null when the points cannot say. */
  readonly slopePerDecade: number | null
  readonly points: number
}

/** Two points at the same ratio say nothing of a slope. */
const LEAST_POINTS = 2

/**
 * Slope of a kind of data by least squares through its top at the free capacity ratio: s = sum(x y) / sum(x^2), x the decades above the free ratio, y
 * what is missing to the top. `unknownSlope` stands in where too few points are there.
 * @source least squares
 */
export function refitted(task: Task, points: readonly SlopePoint[], unknownSlope: number): Refitted {
  const { freeRatio, top, origin } = task.lora
  if (origin === 'judgement' || freeRatio === null) return { task, slopePerDecade: null, points: 0 }
  const above = points.filter(({ capacityRatio }) => capacityRatio > freeRatio)
  let products = 0
  let squares = 0
  for (const { capacityRatio, retention } of above) {
    const decades = Math.log10(capacityRatio / freeRatio)
    products += decades * (top - retention)
    squares += decades ** 2
  }
  const known = above.length >= LEAST_POINTS && squares > 0
  const slopePerDecade = known ? Math.max(0, products / squares) : null
  const lora = { ...task.lora, slopePerDecade: slopePerDecade ?? unknownSlope }
  return { task: { ...task, lora }, slopePerDecade, points: above.length }
}
