import type { MeasuredScore } from '../core/domain/measured-score.ts'
import { Catalog } from './catalog.ts'
import type { Environment, Files } from './files.ts'
import { PackagedPresets } from './packaged.ts'

export type { Files } from './files.ts'
export { Catalog }

export interface CatalogOptions {
  readonly files: Files
  /** Folder of the compiled presets. */
  readonly presetsDir: string
  /** Folders of the user's own presets as YAML, the last laid on top. */
  readonly overlayDirs?: readonly string[]
  readonly env?: Environment
  /** Relative paths of model configs start here. */
  readonly cwd?: string
  /** Scores that the user measured. */
  readonly measuredScores?: readonly MeasuredScore[]
}

/** Opens the presets: one small index is read, everything else when it is asked for. YAML and schemas are loaded for own presets only. */
export async function openCatalog(options: CatalogOptions): Promise<Catalog> {
  const { files, presetsDir, overlayDirs = [], env = {}, cwd = '.', measuredScores = [] } = options
  const packaged = new PackagedPresets(files, presetsDir)
  const overlays = overlayDirs.length === 0 ? [] : await openOverlays(files, overlayDirs, packaged.paths())
  return new Catalog({ packaged, overlays, places: { files, env, cwd }, measuredScores })
}

async function openOverlays(files: Files, directories: readonly string[], known: readonly string[]) {
  const { Overlay } = await import('./overlay.ts')
  return directories.map((directory) => new Overlay(files, directory, known))
}
