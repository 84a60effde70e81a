import { memoryObservations, type Observation } from '../../src/core/accuracy/observation.ts'
import { mean, statisticsOf } from '../../src/core/accuracy/statistics.ts'
import type { MemoryCalibration } from '../../src/core/domain/memory-calibration.ts'
import { groupBy } from '../../src/core/group-by.ts'
import { counterRange, deviceBytes, requiredBytesMid, reservedBytes } from '../../src/core/memory/counters.ts'
import { fitProbability } from '../../src/core/memory/fit-probability.ts'
import type { Range } from '../../src/core/units.ts'
import type { FitCase } from './coefficients.ts'

/** A run with one measured counter beside its prediction. */
export interface Scored extends Observation {
  readonly one: FitCase
}

const point = (mid: number): Range => ({ low: mid, mid, high: mid })

function observed(
  one: FitCase,
  counters: { allocatedBytes: Range; reservedBytes: Range; deviceBytes: Range },
): Observation[] {
  if (one.oom) return []
  const unused = {
    fitProbability: 1,
    stepSeconds: point(1),
    tokensPerSecondPerGpu: point(1),
    gradientAccumulation: 1,
  }
  return memoryObservations(one.measured, { ...counters, ...unused })
}

/** Every measured counter of a run, without ranges. */
export const midObservations = (one: FitCase, calibration: MemoryCalibration): Observation[] =>
  observed(one, {
    allocatedBytes: point(one.inputs.allocatedBytes),
    reservedBytes: point(reservedBytes(one.inputs, one.plan, calibration)),
    deviceBytes: point(deviceBytes(one.inputs, one.plan, calibration)),
  })

type CalibrationOf = (one: FitCase) => MemoryCalibration

/** Every measured counter of every run, with ranges. */
export const scoredCases = (cases: readonly FitCase[], calibrationOf: CalibrationOf): Scored[] =>
  cases.flatMap((one) => {
    const calibration = calibrationOf(one)
    const { inputs, plan } = one
    const counters = {
      allocatedBytes: counterRange(inputs.allocatedBytes, 'allocated', plan, calibration),
      reservedBytes: counterRange(reservedBytes(inputs, plan, calibration), 'reserved', plan, calibration),
      deviceBytes: counterRange(deviceBytes(inputs, plan, calibration), 'device', plan, calibration),
    }
    return observed(one, counters).map((row) => ({ ...row, one }))
  })

const percent = (share: number): string => (100 * share).toFixed(1).padStart(7)

function statistics(name: string, rows: readonly Scored[]): string {
  const found = statisticsOf(rows.map((row) => ({ ...row, group: row.one.group })))
  if (found === null) return name
  const columns = [
    found.medianAbsolute,
    found.meanAbsolute,
    found.p90Absolute,
    found.maximumAbsolute,
    found.bias,
    found.aboveHighFraction,
    found.coverageFraction,
    mean(rows.map(({ predicted }) => (predicted.high - predicted.low) / predicted.mid)),
  ]
  return `${name.padEnd(24)}${String(found.rows).padStart(5)}${String(found.groups).padStart(5)}${columns.map(percent).join('')}`
}

/** Errors averaged inside a group first, then over groups: of the first counter of each run, and of every counter. */
export function printScores(title: string, rows: readonly Scored[]): void {
  const first = [...groupBy(rows, ({ one }) => one.id).values()].map((group) => group[0]!)
  console.log(
    `\n${title}\n${''.padEnd(24)} rows grps median   mean    p90    max   bias  >high  cover  width`,
  )
  console.log(statistics('all', first))
  for (const [source, some] of [...groupBy(first, ({ one }) => one.source)].sort())
    console.log(statistics(`  ${source}`, some))
  for (const [counter, some] of [...groupBy(rows, ({ counter: key }) => key)].sort())
    console.log(statistics(`  ${counter}`, some))
}

/** Whether runs that ended out of memory are predicted not to fit, and runs that ran to fit. */
export function printFit(cases: readonly FitCase[], calibrationOf: CalibrationOf): void {
  const probability = (one: FitCase): number => {
    const calibration = calibrationOf(one)
    const mid = requiredBytesMid(one.inputs, one.plan, calibration)
    return fitProbability(
      counterRange(mid, 'required', one.plan, calibration),
      one.plan.hardware.capacityBytes,
    )
  }
  const wrong = (some: readonly FitCase[], fits: boolean): string => {
    const found = some.filter((one) => probability(one) >= 0.5 === fits)
    return `${found.length} of ${some.length} ${found.map((one) => one.id).join(' ')}`
  }
  const outOfMemory = cases.filter(({ oom }) => oom)
  const ran = cases.filter(({ oom }) => !oom)
  console.log(`\nout of memory but predicted to fit: ${wrong(outOfMemory, true)}`)
  console.log(`ran but predicted not to fit: ${wrong(ran, false)}`)
  const high = ran.filter((one) => {
    const calibration = calibrationOf(one)
    const mid = requiredBytesMid(one.inputs, one.plan, calibration)
    return counterRange(mid, 'required', one.plan, calibration).high > one.plan.hardware.capacityBytes
  })
  console.log(`ran but refused by the high end: ${high.length} of ${ran.length}`)
}
