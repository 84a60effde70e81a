// Fits the constants of presets/calibration/time.yaml and of the stacks to the measured runs:
//   node scripts/ts.js scripts/fit-time.ts [--runs FILE] [--write] [--worst N]
// Prints the errors with documented constants alone, fitted, cross-validated over groups, and on sources left out.

import { TotalSink } from '../src/core/term.ts'
import { placeTime, prepareTime, timeEstimate } from '../src/core/time/index.ts'
import { generationOf } from '../src/core/time/machine.ts'
import { regimeOf } from '../src/core/time/ranges.ts'
import { addStep, microStepOf } from '../src/core/time/step.ts'
import { type Free, freeConstants } from './time-fit/constants.ts'
import { fitLibrary, type MeasuredRow, pinnedPlan, readCalibration, readRuns } from './time-fit/corpus.ts'
import {
  factors,
  printScores,
  rankAgreement,
  type Scored,
  scored,
  type TimedCase,
  timedCase,
} from './time-fit/score.ts'
import { ridgeFit, setAll } from './time-fit/solver.ts'
import { writeConstants } from './time-fit/write.ts'

const FOLDS = 8
const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}

const library = fitLibrary()
const calibration = readCalibration()

function fitCase(run: MeasuredRow): TimedCase {
  const plan = pinnedPlan(run.spec, library)
  const prepared = prepareTime(plan)
  // A fresh object each time, because rates are looked up once for each calibration and the fit moves its constants.
  const placed = () => placeTime(prepared, plan, { ...calibration })
  return {
    ...timedCase(run, plan, () => timeEstimate(placed(), plan, 'totals')),
    generation: generationOf(plan.hardware.gpu, calibration).id,
    regime: () => {
      const step = microStepOf(placed(), plan)
      return regimeOf(step, addStep(step, new TotalSink()))
    },
  }
}

const cases = readRuns(argument('--runs')).map(fitCase)
const stacks = [...new Set(cases.map(({ stack }) => stack))].sort()
const generations = calibration.generations
  .map(({ id }) => id)
  .filter((id) => cases.some(({ generation }) => generation === id))
calibration.measured.stacks.splice(0, Number.POSITIVE_INFINITY, ...stacks)
calibration.measured.generations.splice(0, Number.POSITIVE_INFINITY, ...generations)
const constants: Free[] = freeConstants(
  calibration,
  stacks.map((id) => library.stack(id)),
)
const none = constants.map(() => 0)
console.log(`${cases.length} runs, ${constants.length} constants`)

setAll(constants, none)
printScores('documented constants alone', scored(cases), true)
const full = ridgeFit(cases, constants, none, 12)
printScores('fitted, in sample', scored(cases), true)

/** Errors on the runs that each part leaves out. */
function leftOut(parts: readonly (readonly TimedCase[])[]): Scored[] {
  return parts.flatMap((held) => {
    const heldIds = new Set(held.map(({ id }) => id))
    ridgeFit(
      cases.filter(({ id }) => !heldIds.has(id)),
      constants,
      full,
      5,
    )
    return scored(held)
  })
}

const groups = [...new Set(cases.map(({ group }) => group))].sort()
const folds = Array.from({ length: FOLDS }, (_, k) =>
  cases.filter(({ group }) => groups.indexOf(group) % FOLDS === k),
)
const crossValidated = leftOut(folds)
printScores('cross-validated over groups', crossValidated, true)
const sources = [...new Set(cases.map(({ source }) => source))].sort()
const withoutSource = leftOut(sources.map((source) => cases.filter((one) => one.source === source)))
printScores('whole sources left out', withoutSource, true)
setAll(constants, full)

// Ratios of measured to predicted time are predicted / measured speed.
const ratios = (rows: readonly Scored[], regime?: string): number[] =>
  rows.filter(({ one }) => regime === undefined || one.regime() === regime).map(({ error }) => 1 + error)
const ranges = {
  known: factors(ratios(crossValidated, 'known'), 0.9),
  small: factors(ratios(crossValidated, 'small'), 0.9),
  launch_bound: factors(ratios(crossValidated, 'launch_bound'), 0.9),
}
console.log('\n90 % factors of the time', JSON.stringify(ranges))
console.log('on sources left out', JSON.stringify(factors(ratios(withoutSource), 0.9)))
Object.assign(calibration.ranges, ranges)
const main = cases.filter(({ isMicro }) => !isMicro)
const covered = main.filter((one) => {
  const { low, high } = one.speed()
  return one.measuredSpeed >= low && one.measuredSpeed <= high
})
console.log(
  `ranges hold ${covered.length} of ${main.length} runs (${((100 * covered.length) / main.length).toFixed(1)} %)`,
)
const order = rankAgreement(main)
console.log(
  `order right in ${order.agreeing} of ${order.pairs} pairs that differ in one knob; wrong: ${order.wrong.slice(0, 30).join(' ')}`,
)
if (process.argv.includes('--worst')) {
  const worst = scored(cases)
    .sort((a, b) => Math.abs(b.error) - Math.abs(a.error))
    .slice(0, Number(argument('--worst')))
  for (const { one, error } of worst)
    console.log(`${one.id.padEnd(14)}${one.source.padEnd(20)}${(100 * error).toFixed(0).padStart(5)} %`)
}
for (const [i, { path, prior, spread }] of constants.entries()) {
  if (Math.abs(full[i]!) < 0.005) continue
  const value = prior * Math.exp(full[i]!)
  console.log(
    `${path.padEnd(60)}${prior.toPrecision(3).padStart(10)} -> ${value.toPrecision(3).padStart(10)}${(full[i]! / spread).toFixed(1).padStart(6)}`,
  )
}
if (process.argv.includes('--write')) writeConstants(constants, full, { ranges, stacks, generations })
