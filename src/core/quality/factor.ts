import type { Factor, Grade } from '../domain/task.ts'

/** A factor with its relative half-widths: what multiplies and what adds up in quadrature. */
export interface Spread {
  readonly mid: number
  readonly down: number
  readonly up: number
  readonly grade: Grade
}

export const spreadOf = ({ low, mid, high, grade }: Factor): Spread => ({
  mid,
  down: (mid - low) / mid,
  up: (high - mid) / mid,
  grade,
})

/** The less certain of two grades. */
export const worse = (a: Grade, b: Grade): Grade => (a > b ? a : b)

/**
 * Product of factors: middles multiply, relative half-widths add in quadrature (independent errors), the worst grade holds.
 */
export function product(spreads: readonly Spread[]): Spread {
  let mid = 1
  let down = 0
  let up = 0
  let grade: Grade = 'A'
  for (const spread of spreads) {
    mid *= spread.mid
    down += spread.down ** 2
    up += spread.up ** 2
    grade = worse(grade, spread.grade)
  }
  return { mid, down: Math.sqrt(down), up: Math.sqrt(up), grade }
}
