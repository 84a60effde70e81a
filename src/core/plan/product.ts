/** Cartesian product of named axes: one object for every combination of one value per axis. */
export function product<T extends Record<string, unknown>>(
  axes: { readonly [K in keyof T]: readonly T[K][] },
): T[] {
  let rows: Record<string, unknown>[] = [{}]
  for (const [key, values] of Object.entries(axes) as [string, readonly unknown[]][]) {
    rows = rows.flatMap((row) => values.map((value) => ({ ...row, [key]: value })))
  }
  return rows as T[]
}

/** A value or a list of values, as a list. */
export const listOf = <T>(value: T | readonly T[]): readonly T[] =>
  (Array.isArray(value) ? value : [value]) as readonly T[]
