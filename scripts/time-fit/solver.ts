import type { Free } from './constants.ts'

/** A measured run, as the fit sees it. */
export interface FitCase {
  readonly id: string
  readonly group: string
  readonly source: string
  readonly stack: string
  readonly generation: string
  /** ln(predicted speed / measured speed) with the constants as they stand. */
  residual(): number
}

/** Scatter of good runs: beyond it a residual counts by its size, no longer by its square. */
const SCATTER = 0.06
const STEP = 0.01

const touches = (constant: Free, one: FitCase): boolean =>
  (constant.stack === null || constant.stack === one.stack) &&
  (constant.generation === null || constant.generation === one.generation)

/** Weight of each run: a group counts as one, whatever its rows; outliers count less (Huber). */
function weights(cases: readonly FitCase[], residuals: readonly number[]): number[] {
  const sizes = new Map<string, number>()
  for (const { group } of cases) sizes.set(group, (sizes.get(group) ?? 0) + 1)
  return cases.map(({ group }, i) => {
    const robust = Math.min(1, (1.5 * SCATTER) / Math.max(1e-9, Math.abs(residuals[i]!)))
    return robust / sizes.get(group)! / SCATTER ** 2
  })
}

/** Solves the symmetric positive system a·x = b (Cholesky). */
function solve(a: number[][], b: number[]): number[] {
  const n = b.length
  const l = a.map((row) => [...row])
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i]![j]!
      for (let k = 0; k < j; k++) sum -= l[i]![k]! * l[j]![k]!
      l[i]![j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / l[j]![j]!
    }
  }
  const y: number[] = []
  for (let i = 0; i < n; i++) {
    let sum = b[i]!
    for (let k = 0; k < i; k++) sum -= l[i]![k]! * y[k]!
    y[i] = sum / l[i]![i]!
  }
  const x = new Array<number>(n).fill(0)
  for (let i = n - 1; i >= 0; i--) {
    let sum = y[i]!
    for (let k = i + 1; k < n; k++) sum -= l[k]![i]! * x[k]!
    x[i] = sum / l[i]![i]!
  }
  return x
}

export const setAll = (constants: readonly Free[], logs: readonly number[]): void =>
  constants.forEach((constant, i) => {
    constant.holder.fit = constant.prior * Math.exp(logs[i]!)
  })

/**
 * Ridge regression in logarithms: Gauss-Newton on Σ weight · residual² + Σ (ln(value / prior) / spread)².
 * Returns ln(value / prior) of each constant.
 */
export function ridgeFit(
  cases: readonly FitCase[],
  constants: readonly Free[],
  start: readonly number[],
  rounds: number,
): number[] {
  let logs = [...start]
  for (let round = 0; round < rounds; round++) {
    setAll(constants, logs)
    const residuals = cases.map((one) => one.residual())
    const weight = weights(cases, residuals)
    const n = constants.length
    const matrix = constants.map((constant, i) =>
      constants.map((_, j) => (i === j ? 1 / constant.spread ** 2 : 0)),
    )
    const right = constants.map((constant, i) => -logs[i]! / constant.spread ** 2)
    const slopes: { index: number; slope: number }[][] = cases.map(() => [])
    for (let j = 0; j < n; j++) {
      const constant = constants[j]!
      // Downwards, so that a constant at its limit still shows what it does.
      constant.holder.fit = constant.prior * Math.exp(logs[j]! - STEP)
      cases.forEach((one, i) => {
        if (!touches(constant, one)) return
        const slope = (residuals[i]! - one.residual()) / STEP
        if (slope !== 0) slopes[i]!.push({ index: j, slope })
      })
      constant.holder.fit = constant.prior * Math.exp(logs[j]!)
    }
    cases.forEach((_, i) => {
      for (const a of slopes[i]!) {
        right[a.index]! -= weight[i]! * a.slope * residuals[i]!
        for (const b of slopes[i]!) matrix[a.index]![b.index]! += weight[i]! * a.slope * b.slope
      }
    })
    const move = solve(matrix, right)
    const longest = Math.max(...move.map(Math.abs))
    const scale = longest > 0.5 ? 0.5 / longest : 1
    logs = logs.map((value, i) =>
      Math.min(value + scale * move[i]!, Math.log(constants[i]!.limit / constants[i]!.prior)),
    )
    if (longest < 0.003) break
  }
  setAll(constants, logs)
  return logs
}
