import type { Sink } from '../term.ts'
import { constantBytes, type Footprint, noBytes, plus } from './activations/footprint.ts'

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

/** Sum of lines. */
export const totalOf = (lines: readonly Line[]): Footprint =>
  lines.reduce((sum, { footprint }) => plus(sum, footprint), noBytes)

/** Bytes of lines that do not depend on the micro-batch. */
export const fixedBytes = (lines: readonly Line[]): number => totalOf(lines).constant

/** Puts lines that do not depend on the micro-batch into a bill. */
export function addFixed(sink: Sink, lines: readonly Line[]): void {
  for (const { key, footprint, formula, source } of lines) sink.add(key, footprint.constant, formula, source)
}

/** Lines that take anything. */
export const present = (lines: readonly Line[]): readonly Line[] =>
  lines.filter(({ footprint }) => footprint.constant > 0)

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
