import { timeObservation } from '../../src/core/accuracy/observation.ts'
import { mean, quantile } from '../../src/core/accuracy/statistics.ts'
import type { TimeEstimate } from '../../src/core/domain/estimates.ts'
import type { Plan } from '../../src/core/domain/plan.ts'
import { groupBy } from '../../src/core/group-by.ts'
import type { Range } from '../../src/core/units.ts'
import type { MeasuredRow } from './corpus.ts'
import type { FitCase } from './solver.ts'

/** A run with its relative error (above 0: predicted faster than measured). */
export interface Scored {
  readonly one: TimedCase
  readonly error: number
}

export interface TimedCase extends FitCase {
  /** Compared in its own list: one micro-step of a launch-bound run. */
  readonly isMicro: boolean
  /** Canonical spec, for pairs that differ in one knob. */
  readonly knobs: ReadonlyMap<string, string>
  readonly measuredSpeed: number
  readonly regime: () => string
  readonly speed: () => Range
}

/** A run beside its estimate, in the quantity that was measured. */
export function timedCase(
  { id, group, source, spec, measured }: MeasuredRow,
  { stack, gradientAccumulation }: Plan,
  estimate: () => TimeEstimate,
): Omit<TimedCase, 'generation' | 'regime'> {
  const observation = () => {
    const observed = timeObservation(measured, { ...estimate(), gradientAccumulation })
    if (observed === null) throw new Error(`${id} has no measured speed`)
    return observed
  }
  const {
    quantity,
    measured: [measuredSpeed],
  } = observation()
  const speed = () => observation().predicted
  return {
    id,
    group,
    source,
    stack: stack.id,
    isMicro: quantity === 'micro-step',
    knobs: knobsOf(spec),
    measuredSpeed,
    speed,
    residual: () => Math.log(speed().mid / measuredSpeed),
  }
}

export const scored = (cases: readonly TimedCase[]): Scored[] =>
  cases.map((one) => ({ one, error: Math.expm1(one.residual()) }))

/** Mean absolute error of each group. */
export const groupErrors = (rows: readonly Scored[]): number[] =>
  [...groupBy(rows, ({ one }) => one.group).values()].map((group) =>
    mean(group.map(({ error }) => Math.abs(error))),
  )

function line(name: string, rows: readonly Scored[]): string {
  const absolute = groupErrors(rows)
  const percent = (value: number): string => (100 * value).toFixed(1).padStart(7)
  const figures = [
    quantile(absolute, 0.5),
    mean(absolute),
    quantile(absolute, 0.9),
    mean(rows.map(({ error }) => error)),
  ]
  return `${name.padEnd(20)}${String(rows.length).padStart(6)}${String(absolute.length).padStart(7)}${figures.map(percent).join('')}`
}

/** Prints the errors in percent: all, micro-steps, each source, and the mean over sources. */
export function printScores(title: string, all: readonly Scored[], bySource: boolean): void {
  const main = all.filter(({ one }) => !one.isMicro)
  const micro = all.filter(({ one }) => one.isMicro)
  console.log(`\n${title}`)
  console.log(`${''.padEnd(20)}  rows groups median   mean    p90   bias`)
  console.log(line('all', main))
  if (micro.length > 0) console.log(line('micro-steps', micro))
  const sources = [...new Set(main.map(({ one }) => one.source))].sort()
  const ofSource = sources.map((source) => main.filter(({ one }) => one.source === source))
  for (const [i, source] of sources.entries()) if (bySource) console.log(line(source, ofSource[i]!))
  console.log(
    `mean over sources   ${(100 * mean(ofSource.map((rows) => mean(groupErrors(rows))))).toFixed(1)}`,
  )
}

/**
 * Share of pairs of one source that differ in one knob, and by more than 5 % in speed, whose order is predicted rightly.
 * Global batch and examples follow other knobs and do not count as one.
 */
export function rankAgreement(cases: readonly TimedCase[]): {
  pairs: number
  agreeing: number
  wrong: string[]
} {
  const speeds = cases.map((one) => one.speed().mid)
  let pairs = 0
  const wrong: string[] = []
  for (let i = 0; i < cases.length; i++) {
    for (let j = i + 1; j < cases.length; j++) {
      const a = cases[i]!
      const b = cases[j]!
      if (a.source !== b.source || differingKnobs(a.knobs, b.knobs) !== 1) continue
      const measured = Math.log(a.measuredSpeed / b.measuredSpeed)
      if (Math.abs(measured) < Math.log(1.05)) continue
      pairs += 1
      if (measured * (speeds[i]! - speeds[j]!) <= 0) wrong.push(`${a.id}/${b.id}`)
    }
  }
  return { pairs, agreeing: pairs - wrong.length, wrong }
}

function differingKnobs(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): number {
  const keys = new Set([...a.keys(), ...b.keys()])
  return [...keys].filter((key) => a.get(key) !== b.get(key)).length
}

const followers = ['global_batch_size', 'examples', 'epochs', 'stack_release']

/** The leaves of a spec by path; `tokens` and `sequence_length` are one knob. */
export function knobsOf(spec: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (typeof spec === 'object' && spec !== null && !Array.isArray(spec)) {
    for (const [key, value] of Object.entries(spec)) {
      if (followers.includes(key)) continue
      const name = ['mean', 'max', 'sequence_length'].includes(key) ? 'length' : `${path}/${key}`
      knobsOf(value, name, found)
    }
    return found
  }
  if (Array.isArray(spec) && typeof spec[0] === 'object') return knobsOf(spec[0], path, found)
  found.set(path, JSON.stringify(spec))
  return found
}

/** Factors around the middle that hold a share of the rows, from out-of-sample ratios measured / predicted time. */
export function factors(ratios: readonly number[], share: number): { low: number; high: number } {
  const tail = (1 - share) / 2
  const low = quantile(ratios, tail)
  const high = quantile(ratios, 1 - tail)
  return { low: Math.min(0.97, Number(low.toFixed(2))), high: Math.max(1.03, Number(high.toFixed(2))) }
}
