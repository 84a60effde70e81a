import { constantBytes, type Footprint, plus } from './activations/footprint.ts'

/** One line of a bill whose bytes depend on micro-batch and sequence. */
export interface Line {
  readonly key: string
  readonly footprint: Footprint
  readonly formula: string
  readonly source: string
}

/** A line with the same bytes whatever the micro-batch. */
export const fixedLine = (key: string, bytes: number, formula: string, source: string): Line => ({
  key,
  footprint: constantBytes(bytes),
  formula,
  source,
})

const nothing = constantBytes(0)

/** Sum of lines. */
export const totalOf = (lines: readonly Line[]): Footprint =>
  lines.reduce((sum, { footprint }) => plus(sum, footprint), nothing)

/** Bytes of lines that do not depend on the micro-batch. */
export const fixedBytes = (lines: readonly Line[]): number => totalOf(lines).constant

/** One line for each key. */
export function merged(lines: readonly Line[]): Line[] {
  const byKey = new Map<string, Line>()
  for (const line of lines) {
    const known = byKey.get(line.key)
    byKey.set(
      line.key,
      known === undefined ? line : { ...known, footprint: plus(known.footprint, line.footprint) },
    )
  }
  return [...byKey.values()]
}
