import { isAbsolute, join, resolve } from 'node:path'
import type { LibraryModel } from '../core/domain/library.ts'
import type { Spec } from '../core/domain/spec.ts'
import type { UserError } from '../core/errors.ts'
import type { Environment, Files } from './files.ts'
import { cachedConfig, fetchConfig, type HubAccess, isHubId, notDownloaded } from './hub.ts'
import { readJsonObject } from './read-input.ts'

export type ModelReference = NonNullable<Spec['model']>

/** Where models are looked for beside the presets. */
export interface ModelPlaces {
  readonly files: Files
  readonly env: Environment
  readonly cwd: string
}

/** `./config.json`, `/models/llama`, `config.json`: written as a path. */
const isWrittenAsPath = (reference: string): boolean =>
  /^(\.{1,2}[/\\]|~[/\\])|\.json$/.test(reference) || isAbsolute(reference)

/** The config file that a path means: itself, or the config.json in the folder; null when there is neither. */
function configFile(reference: string, { files, cwd }: ModelPlaces): string | null {
  const path = resolve(cwd, reference)
  const status = files.stat(path)
  if (status?.kind === 'file') return path
  if (status?.kind !== 'directory') return null
  const inside = join(path, 'config.json')
  return files.stat(inside)?.kind === 'file' ? inside : null
}

/** A model that is no preset, as far as this machine has it: a config file, a folder with one, or the local Hub cache. */
export function localModel(reference: string, places: ModelPlaces): LibraryModel | null {
  if (reference.trim() === '') return null
  const path = configFile(reference, places)
  const named = isWrittenAsPath(reference)
  if (path !== null && (named || reference.includes('/'))) {
    return { id: null, config: readJsonObject(places.files, path, reference) }
  }
  // The error of a missing file, with its name as it was written.
  if (named)
    return { id: null, config: readJsonObject(places.files, resolve(places.cwd, reference), reference) }
  if (!isHubId(reference)) return null
  const config = cachedConfig(reference, places.files, places.env)
  return config === null ? null : { id: reference, config }
}

/** A model of the Hub, fetched. */
export async function hubModel(reference: string, access: HubAccess): Promise<LibraryModel> {
  return { id: reference, config: await fetchConfig(reference, access) }
}

/** The error of a Hub id that nobody fetched. */
export const missingHubModel = (reference: string): UserError =>
  notDownloaded(reference, 'the network is not used here')
