/** A number that the fit moves, kept non-negative. */
export interface Free {
  readonly start: number
  /** Width of the prior around the start: small where runs cannot tell it from others. */
  readonly spread: number
}

/**
 * Minimises `loss` plus ((value - start) / spread)² · weight for each value, by golden steps along one coordinate at a time.
 * Few values and a smooth loss: no gradient is needed.
 */
export function minimize(
  free: readonly Free[],
  weight: number,
  loss: (values: readonly number[]) => number,
): number[] {
  const values = free.map(({ start }) => start)
  const steps = free.map(({ spread }) => spread)
  const total = (at: readonly number[]): number =>
    loss(at) + weight * free.reduce((sum, { start, spread }, i) => sum + ((at[i]! - start) / spread) ** 2, 0)
  let best = total(values)
  for (let round = 0; round < 200; round++) {
    let moved = false
    for (let i = 0; i < values.length; i++) {
      for (const direction of [1, -1]) {
        const old = values[i]!
        values[i] = Math.max(0, old + direction * steps[i]!)
        const next = total(values)
        if (next < best - 1e-12) {
          best = next
          steps[i]! *= 1.3
          moved = true
          break
        }
        values[i] = old
      }
    }
    if (moved) continue
    if (Math.max(...steps) < 1e-3) break
    for (let i = 0; i < steps.length; i++) steps[i]! *= 0.5
  }
  return values
}
