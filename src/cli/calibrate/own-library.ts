import { resolve } from 'node:path'
import { ownCalibrationPlaces } from '../../catalog/user-calibration-path.ts'
import type { Library } from '../../core/domain/library.ts'
import type { Host } from '../host.ts'
import { version } from '../version.ts'

/** What predictions of own runs depend on beside the runs: with another program or other presets they are made again. */
export const predictedBy = ({ presetsVersion }: Pick<Library, 'presetsVersion'>): string =>
  `ftplan ${version}, presets ${presetsVersion}`

/** Absolute path of `--presets`; null without. */
export const presetsPath = (presets: string | undefined, host: Host): string | null =>
  presets === undefined ? null : resolve(host.cwd, presets)

/** The library with own runs and scores, where there are any. */
export async function withOwnRuns(
  library: Library,
  host: Host,
  { presets }: { readonly presets?: string },
): Promise<Library> {
  const places = ownCalibrationPlaces(presetsPath(presets, host), host.env, host.platform)
  const place = places.find((one) => host.exists(one))
  if (place === undefined) return library
  const { calibratedLibrary, currentRuns, readOwnCalibration } = await import(
    '../../catalog/user-calibration.ts'
  )
  const own = readOwnCalibration(host, place)
  // Presets of a folder change without a version: their runs are always predicted again.
  const current = presets === undefined ? predictedBy(library) : null
  return calibratedLibrary(library, currentRuns(own, library, current, place), own.scores)
}
