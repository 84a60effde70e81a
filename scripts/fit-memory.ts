// Fits the steps from allocated to reserved, device and required memory, and the ranges, to the measured runs:
//   node scripts/ts.js scripts/fit-memory.ts [--runs FILE] [--write] [--worst N]
// Prints the errors cross-validated over groups, on stacks left out, and how many runs are predicted to fit.

import { writeFileSync } from 'node:fs'
import { asUnknown, fitCase } from './memory-fit/cases.ts'
import { crossValidated, type FitCase, fitCoefficients, withoutStack } from './memory-fit/coefficients.ts'
import { calibrationPath, memoryCases, readCalibration } from './memory-fit/corpus.ts'
import { fitRanges } from './memory-fit/ranges.ts'
import { printFit, printScores, scoredCases } from './memory-fit/score.ts'
import { calibrationText } from './memory-fit/write.ts'

const argument = (name: string): string | undefined => {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}

const start = readCalibration()
const cases: FitCase[] = memoryCases(argument('--runs')).map(fitCase)
const fitted = fitCoefficients(cases, start)
const held = crossValidated(cases, start)
const strange = withoutStack(cases, start)
const unknown = cases.map(asUnknown)
const calibration = fitRanges(cases, unknown, fitted, held, strange)

printScores(
  'in sample',
  scoredCases(cases, () => calibration),
)
printScores(
  'cross-validated over groups',
  scoredCases(cases, (one) => ({ ...held.get(one.id)!, ranges: calibration.ranges })),
)
printScores(
  'stack unknown',
  scoredCases(unknown, (one) => ({ ...strange.get(one.id)!, ranges: { ...calibration.ranges, stacks: {} } })),
)
printFit(cases, (one) => ({ ...held.get(one.id)!, ranges: calibration.ranges }))
if (process.argv.includes('--worst')) {
  const rows = scoredCases(cases, () => calibration).sort((a, b) => Math.abs(b.error) - Math.abs(a.error))
  for (const { one, counter, measured, predicted, error } of rows.slice(0, Number(argument('--worst'))))
    console.log(
      `${one.id.padEnd(14)}${one.source.padEnd(20)}${counter.padEnd(10)}${measured
        .map((x) => x.toFixed(1))
        .join('..')
        .padEnd(14)}${predicted.mid.toFixed(1).padStart(7)}${(100 * error).toFixed(1).padStart(7)} %`,
    )
}
if (process.argv.includes('--write')) writeFileSync(calibrationPath, calibrationText(calibration))
else console.log(calibrationText(calibration))
