import { quantile } from '../../src/core/accuracy/statistics.ts'
import type { MemoryCalibration, MemoryCounter } from '../../src/core/domain/memory-calibration.ts'
import { groupBy } from '../../src/core/group-by.ts'
import type { FitCase } from './coefficients.ts'
import { midObservations } from './score.ts'

interface Factors {
  readonly low: number
  readonly high: number
}

/** Groups at which a stack's own scatter counts as much as that of all stacks. */
const EQUAL_GROUPS = 6
/** Never narrower: figures are printed with two or three digits and runs repeat within about 2 %. */
const LEAST = 0.02

const round = (x: number): number => Math.round(x * 1000) / 1000

/** Measured over predicted for each row of a counter; a range of the source counts with its nearest end. */
function ratios(
  cases: readonly FitCase[],
  calibrationOf: ReadonlyMap<string, MemoryCalibration>,
  counter: MemoryCounter,
): Ratio[] {
  return cases.flatMap((one) =>
    midObservations(one, calibrationOf.get(one.id)!)
      .filter((row) => row.counter === counter || (row.counter === 'unknown' && counter === 'reserved'))
      .map(({ error }) => ({ group: one.group, ratio: 1 / (1 + error) })),
  )
}

/** Of ten rows one may lie outside; more than the printed high hurts more than less than the low. */
const LOW_TAIL = 0.06
const HIGH_TAIL = 0.04
/** The oddest habits of one stack in six are no measure for all others. */
const STRANGE_HIGH_TAIL = 0.08

interface Ratio {
  readonly group: string
  readonly ratio: number
}

/** Quantiles of rows; each row counts one, as coverage does. */
function factorsOf(rows: readonly Ratio[], highTail = HIGH_TAIL): Factors {
  const values = rows.map(({ ratio }) => ratio)
  return {
    low: Math.min(quantile(values, LOW_TAIL), 1 - LEAST),
    high: Math.max(quantile(values, 1 - highTail), 1 + LEAST),
  }
}

const rounded = ({ low, high }: Factors): Factors => ({ low: round(low), high: round(high) })

/** Rows that each stack contributes to what is said of stacks without runs: the same for all. */
const ROWS_OF_STACK = 60

/**
 * Scatter of a stack without runs: its coefficients are unknown, and its habits are half known, as those of a preset that nobody measured. Every
 * stack has the same weight: its quantiles at equal distances.
 */
function ofStrangers(
  known: readonly FitCase[],
  unknown: readonly FitCase[],
  calibrationOf: ReadonlyMap<string, MemoryCalibration>,
  counter: MemoryCounter,
): readonly Ratio[] {
  const halves = [known, unknown.filter(({ oom }) => !oom)]
  return halves.flatMap((cases) =>
    [...groupBy(cases, ({ plan }) => plan.stack.id).values()].flatMap((some) => {
      const values = ratios(some, calibrationOf, counter).map(({ ratio }) => ratio)
      if (values.length === 0) return []
      return Array.from({ length: ROWS_OF_STACK }, (_, i) => ({
        group: '',
        ratio: quantile(values, i / (ROWS_OF_STACK - 1)),
      }))
    }),
  )
}

const blended = (own: Factors, all: Factors, groups: number): Factors => {
  const weight = groups / (groups + EQUAL_GROUPS)
  return {
    low: round(own.low ** weight * all.low ** (1 - weight)),
    high: round(own.high ** weight * all.high ** (1 - weight)),
  }
}

const counters = ['allocated', 'reserved', 'device'] as const

/**
 * Ranges from the scatter of runs that the fit has not seen: by stack where it has runs, drawn towards that of all stacks; for a stack
 * without runs from the errors on stacks whose coefficients, and for half of them habits, were left out.
 */
export function fitRanges(
  cases: readonly FitCase[],
  unknown: readonly FitCase[],
  fitted: MemoryCalibration,
  held: ReadonlyMap<string, MemoryCalibration>,
  strange: ReadonlyMap<string, MemoryCalibration>,
): MemoryCalibration {
  const ran = cases.filter(({ oom }) => !oom)
  const generic = { ...fitted.ranges.generic }
  const stacks: MemoryCalibration['ranges']['stacks'] = {}
  for (const counter of counters) {
    generic[counter] = rounded(factorsOf(ofStrangers(ran, unknown, strange, counter), STRANGE_HIGH_TAIL))
    const all = factorsOf(ratios(ran, held, counter))
    for (const [stack, some] of groupBy(ran, ({ plan }) => plan.stack.id)) {
      const rows = ratios(some, held, counter)
      const groups = new Set(rows.map(({ group }) => group)).size
      const own = groups === 0 ? all : factorsOf(rows)
      stacks[stack] = { ...stacks[stack], [counter]: blended(own, all, groups) }
    }
  }
  // Required memory is allocated memory and constants: it scatters as allocated does.
  generic.required = generic.allocated
  for (const stack of Object.keys(stacks)) {
    const own = stacks[stack]?.allocated
    if (own !== undefined) stacks[stack] = { ...stacks[stack], required: own }
  }
  return { ...fitted, ranges: { generic, stacks } }
}
