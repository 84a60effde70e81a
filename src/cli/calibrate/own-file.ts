import { currentRuns, ownCalibrationText, readOwnCalibration } from '../../catalog/user-calibration.ts'
import { neededOwnCalibrationPlace } from '../../catalog/user-calibration-path.ts'
import type { OwnCalibration, OwnRun, OwnScore } from '../../core/domain/user-calibration.ts'
import { UserError } from '../../core/errors.ts'
import type { Host } from '../host.ts'
import type { Presets } from '../presets.ts'
import { predictedBy, presetsPath } from './own-library.ts'

/** Own runs and scores on file, as the presets at hand predict them. */
export interface OwnFile {
  readonly place: string
  readonly runs: readonly OwnRun[]
  readonly scores: readonly OwnScore[]
}

export const ownPlace = (presets: string | undefined, host: Host): string =>
  neededOwnCalibrationPlace(presetsPath(presets, host), host.env, host.platform)

/** What is on file; nothing where there is no file. */
export function openOwnFile(place: string, presets: Presets, host: Host): OwnFile {
  if (!host.exists(place)) return { place, runs: [], scores: [] }
  const own = readOwnCalibration(host, place)
  return { place, runs: currentRuns(own, presets.library, null, place), scores: own.scores }
}

/** Replaces the file as a whole: it is the old one or the new one, never half of either. */
export function saveOwnFile({ place, runs, scores }: OwnFile, presets: Presets, host: Host): void {
  const own: OwnCalibration = {
    version: 1,
    predicted_by: predictedBy(presets.library),
    runs: [...runs],
    scores: [...scores],
  }
  write(place, ownCalibrationText(own), host)
}

/** Takes every run and score out of the file, also of one that is broken. */
export const emptyOwnFile = (place: string, host: Host): void =>
  write(place, ownCalibrationText({ version: 1, predicted_by: '', runs: [], scores: [] }), host)

function write(place: string, text: string, host: Host): void {
  try {
    host.replaceFile(place, text)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    throw new UserError(
      'usage',
      `${place} cannot be written${code}`,
      'name another folder with --presets DIR',
    )
  }
}

/** Fields that make two runs the same. */
const fingerprint = ({ spec, measured, oom }: OwnRun): string => JSON.stringify([spec, measured, oom])

/** Runs on file with new ones: a file that is read again replaces what it gave before, and no run counts twice. */
export function mergedRuns(stored: readonly OwnRun[], fresh: readonly OwnRun[]): readonly OwnRun[] {
  const files = new Set(fresh.map(({ from }) => from).filter((from) => from !== STANDARD_INPUT))
  const kept = stored.filter(({ from }) => !files.has(from))
  const byContent = new Map([...kept, ...fresh].map((run) => [fingerprint(run), run]))
  return [...byContent.values()]
}

export const STANDARD_INPUT = 'standard input'

/** Scores on file with a new one; the same figures twice are one measurement. */
export function mergedScores(stored: readonly OwnScore[], fresh: OwnScore | null): readonly OwnScore[] {
  if (fresh === null) return stored
  const text = JSON.stringify(fresh)
  return [...stored.filter((one) => JSON.stringify(one) !== text), fresh]
}
