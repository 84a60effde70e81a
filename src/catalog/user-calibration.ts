import { stringify } from 'yaml'
import { predictOwnRun } from '../core/calibration/predict.ts'
import type { Library } from '../core/domain/library.ts'
import type { OwnCalibration, OwnRun } from '../core/domain/user-calibration.ts'
import { UserError } from '../core/errors.ts'
import type { Files } from './files.ts'
import { parsePreset } from './preset-file.ts'
import { readInput } from './read-input.ts'
import { OWN_CALIBRATION } from './user-calibration-path.ts'

const WAY_OUT = 'ftplan calibrate --reset removes all own runs; --no-own-calibration leaves them out once'

/** The own runs and scores in a file; a broken one is an error, for estimates must not change unseen. */
export function readOwnCalibration(files: Files, place: string): OwnCalibration {
  try {
    return parsePreset({
      name: OWN_CALIBRATION,
      place,
      text: readInput(files, place),
    }) as OwnCalibration
  } catch (error) {
    if (error instanceof UserError) throw new UserError(error.code, error.message, WAY_OUT)
    throw error
  }
}

/** The file as text. */
export const ownCalibrationText = (own: OwnCalibration): string =>
  `# Runs and scores of your own, written by ftplan calibrate. Estimates are corrected by them.\n${stringify(
    own,
    {
      lineWidth: 0,
    },
  )}`

/** Own runs as the program and presets at hand predict them; those of another version are predicted again. */
export function currentRuns(
  { runs, predicted_by }: OwnCalibration,
  library: Library,
  version: string | null,
  place: string,
): readonly OwnRun[] {
  return predicted_by === version ? runs : runs.map((run) => predictedAgain(run, library, place))
}

function predictedAgain(run: OwnRun, library: Library, place: string): OwnRun {
  try {
    return { ...run, ...predictOwnRun(run.spec, library) }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(
      error.code,
      `${place}: run ${run.name} cannot be estimated: ${error.message}`,
      WAY_OUT,
    )
  }
}

/** A library that knows own runs and scores: everything else is looked up as before. */
export function calibratedLibrary(
  library: Library,
  runs: readonly OwnRun[],
  scores: OwnCalibration['scores'],
): Library {
  const calibrated: Library = Object.create(library)
  return Object.assign(calibrated, {
    ownRuns: () => runs,
    measuredScores: () => [...library.measuredScores(), ...scores],
  })
}
