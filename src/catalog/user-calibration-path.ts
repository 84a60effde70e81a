import { join } from 'node:path'
import type { Environment } from './files.ts'
import { homeless, userDataDirectory } from './prices/user-data.ts'

/** Name of the preset, and of its file without the ending. */
export const OWN_CALIBRATION = 'calibration-own'

const fileIn = (directory: string): string => join(directory, `${OWN_CALIBRATION}.yaml`)

/** Where own runs and scores may be, the place that counts first. `presets` is the absolute path of `--presets`. */
export function ownCalibrationPlaces(
  presets: string | null,
  env: Environment,
  platform: string,
): readonly string[] {
  const home = userDataDirectory(env, platform)
  return [...(presets === null ? [] : [fileIn(presets)]), ...(home === null ? [] : [fileIn(home)])]
}

/** Where they are written. */
export function neededOwnCalibrationPlace(
  presets: string | null,
  env: Environment,
  platform: string,
): string {
  const [place] = ownCalibrationPlaces(presets, env, platform)
  if (place !== undefined) return place
  throw homeless(platform, 'own runs')
}
