import { UserError } from '../core/errors.ts'
import type { Files } from './files.ts'
import { isFolderKind } from './kinds.ts'
import { namesOf } from './names.ts'
import { parsePreset } from './preset-file.ts'
import { presetFiles } from './preset-tree.ts'
import { readInput } from './read-input.ts'
import type { PresetStore } from './store.ts'
import { suggest } from './suggest.ts'
import { OWN_CALIBRATION } from './user-calibration-path.ts'

/** The user's own presets: the same tree as YAML. A file is parsed and checked when it is asked for. */
export class Overlay implements PresetStore {
  private readonly files: Files
  /** Files by path in the tree. */
  private readonly places: ReadonlyMap<string, string>
  private readonly values = new Map<string, unknown>()

  /** `known` are the folders and files of the packaged presets: anything else is a slip. */
  constructor(files: Files, directory: string, known: readonly string[]) {
    const status = files.stat(directory)
    if (status === null) throw new UserError('usage', `${directory}: there is no such folder of presets`)
    if (status.kind !== 'directory') throw new UserError('usage', `${directory} is no folder of presets`)
    this.files = files
    this.places = placesIn(files, directory)
    for (const [path, place] of this.places) {
      // Own runs are no preset: src/catalog/user-calibration.ts reads them.
      if (path !== OWN_CALIBRATION) checkPath(path, place, known)
    }
  }

  has(path: string): boolean {
    return this.places.has(path)
  }

  read(path: string): unknown {
    const found = this.values.get(path)
    if (found !== undefined) return found
    const place = this.places.get(path)
    if (place === undefined) throw new Error(`no own preset ${path}`)
    const value = parsePreset({ name: path, place, text: readInput(this.files, place) })
    this.values.set(path, value)
    return value
  }

  ids(kind: string): readonly string[] {
    return [...this.places.keys()].flatMap((path) => {
      const [folder, id] = path.split('/')
      return folder === kind && id !== undefined ? [id] : []
    })
  }

  named(kind: string, name: string): readonly string[] {
    return this.ids(kind).filter((id) => namesOf(kind, this.read(`${kind}/${id}`)).includes(name))
  }
}

function placesIn(files: Files, directory: string): ReadonlyMap<string, string> {
  try {
    return presetFiles(files, directory)
  } catch (error) {
    throw new UserError(
      'usage',
      `${directory} cannot be read: ${error instanceof Error ? error.message : error}`,
    )
  }
}

function checkPath(path: string, place: string, known: readonly string[]): void {
  const [first = ''] = path.split('/')
  const top = path.includes('/') ? first : path
  if (isFolderKind(top) ? path.split('/').length === 2 : known.includes(path)) return
  const folders = [...new Set(known.map((one) => one.split('/')[0] ?? one))]
  const near = suggest(top, folders)
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there are ${folders.join(', ')}`
  throw new UserError('invalid-spec', `${place} is no preset: unknown kind ${JSON.stringify(top)}`, hint)
}
