import { mean } from '../../src/core/accuracy/statistics.ts'
import type { MemoryCalibration, MemoryCoefficients } from '../../src/core/domain/memory-calibration.ts'
import { groupBy } from '../../src/core/group-by.ts'
import type { CounterInputs } from '../../src/core/memory/counters.ts'
import type { MemoryCase } from './corpus.ts'
import { midObservations } from './score.ts'
import { type Free, minimize } from './solver.ts'

export interface FitCase extends MemoryCase {
  readonly inputs: CounterInputs
}

/** Coefficients that runs tell apart; context and collectives stay as documented. */
const keys = ['constant_gib', 'logits', 'activations', 'parallel_gib', 'gathered'] as const
/** How far a stack lies from the generic value, and the generic value from its first guess. */
const spreads: Readonly<Record<(typeof keys)[number], number>> = {
  constant_gib: 0.8,
  logits: 0.6,
  activations: 0.25,
  parallel_gib: 0.8,
  gathered: 0.4,
}
const SCATTER = 0.05
const STACK_WEIGHT = 0.3
const GENERIC_WEIGHT = 0.5

/** Errors beyond the scatter of good runs count by their size, no longer by their square. */
const huber = (error: number): number => {
  const x = Math.abs(error) / SCATTER
  return x <= 1.5 ? x * x : 3 * x - 2.25
}

/** Loss of some runs: the mean over rows of a group, summed over groups. Only counters beyond allocated depend on the coefficients. */
function lossOf(cases: readonly FitCase[], calibration: MemoryCalibration): number {
  let sum = 0
  for (const group of groupBy(cases, ({ group: key }) => key).values()) {
    const errors = group.flatMap((one) =>
      midObservations(one, calibration)
        .filter(({ counter }) => counter !== 'allocated')
        .map(({ error }) => huber(error)),
    )
    if (errors.length > 0) sum += mean(errors)
  }
  return sum
}

const free = (around: MemoryCoefficients): Free[] =>
  keys.map((key) => ({ start: around[key], spread: spreads[key] }))

const named = (values: readonly number[]): Pick<MemoryCoefficients, (typeof keys)[number]> =>
  Object.fromEntries(keys.map((key, i) => [key, Math.round(values[i]! * 1000) / 1000])) as never

const isFitted = (one: FitCase): boolean =>
  !one.oom &&
  (one.measured.allocatedGib === undefined ||
    one.measured.reservedGib !== undefined ||
    one.measured.deviceGib !== undefined)

/**
 * Coefficients by stack, drawn towards generic ones. Generic values come from all stacks with equal weight, so that a stack with many
 * groups does not speak for a stack that nobody measured.
 */
export function fitCoefficients(cases: readonly FitCase[], start: MemoryCalibration): MemoryCalibration {
  const usable = groupBy(cases.filter(isFitted), ({ plan }) => plan.stack.id)
  const generic: MemoryCoefficients = {
    ...start.generic,
    ...named(
      minimize(free(start.generic), GENERIC_WEIGHT, (values) => {
        const trial = { ...start, generic: { ...start.generic, ...named(values) }, stacks: {} }
        return [...usable.values()].reduce((sum, some) => sum + lossOf(some, trial) / groupCount(some), 0)
      }),
    ),
  }
  const stacks: MemoryCalibration['stacks'] = {}
  for (const [stack, some] of [...usable].sort()) {
    stacks[stack] = named(
      minimize(free(generic), STACK_WEIGHT, (values) =>
        lossOf(some, { ...start, generic, stacks: { [stack]: named(values) } }),
      ),
    )
  }
  const measured = { stacks: [...new Set(cases.map(({ plan }) => plan.stack.id))].sort() }
  return { ...start, generic, stacks, measured }
}

const groupCount = (cases: readonly FitCase[]): number => new Set(cases.map(({ group }) => group)).size

const FOLDS = 8

/** For each run the coefficients fitted without its group. */
export function crossValidated(
  cases: readonly FitCase[],
  start: MemoryCalibration,
): Map<string, MemoryCalibration> {
  const groups = [...new Set(cases.map(({ group }) => group))].sort()
  const fold = ({ group }: FitCase): number => groups.indexOf(group) % FOLDS
  return leftOut(cases, start, fold)
}

/** For each run the coefficients fitted without its stack: what a stack that nobody measured gets. */
export function withoutStack(
  cases: readonly FitCase[],
  start: MemoryCalibration,
): Map<string, MemoryCalibration> {
  const stacks = [...new Set(cases.map(({ plan }) => plan.stack.id))]
  return leftOut(cases, start, ({ plan }) => stacks.indexOf(plan.stack.id))
}

function leftOut(
  cases: readonly FitCase[],
  start: MemoryCalibration,
  fold: (one: FitCase) => number,
): Map<string, MemoryCalibration> {
  const found = new Map<string, MemoryCalibration>()
  for (const part of new Set(cases.map(fold))) {
    const fitted = fitCoefficients(
      cases.filter((one) => fold(one) !== part),
      start,
    )
    for (const one of cases) if (fold(one) === part) found.set(one.id, fitted)
  }
  return found
}
