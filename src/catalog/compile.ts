import { createHash } from 'node:crypto'
import type { PriceList } from '../core/domain/offer.ts'
import type { Files } from './files.ts'
import { isFolderKind } from './kinds.ts'
import { namesOf } from './names.ts'
import { parsePreset } from './preset-file.ts'
import type { PresetIndex } from './preset-index.ts'
import { presetFiles } from './preset-tree.ts'

/** A compiled file of the tree, and what was wrong with the files that are not in it. */
export interface Compiled {
  /** Content by path below the target folder. */
  readonly files: ReadonlyMap<string, string>
  readonly problems: readonly Error[]
}

/**
 * Turns a tree of YAML presets into JSON that needs neither parsing as YAML nor checking: one file for each preset, an index of ids and
 * names, and the price rows of each card in one file.
 */
export function compilePresetTree(files: Files, directory: string): Compiled {
  const compiled = new Map<string, string>()
  const values = new Map<string, unknown>()
  const problems: Error[] = []
  const hash = createHash('sha256')
  for (const [name, path] of presetFiles(files, directory)) {
    const text = new TextDecoder().decode(files.readFile(path))
    hash.update(`${name}\n${text}\n`)
    try {
      const value = parsePreset({ name, place: path, text })
      values.set(name, value)
      compiled.set(`${name}.json`, JSON.stringify(value))
    } catch (error) {
      if (!(error instanceof Error)) throw error
      problems.push(error)
    }
  }
  for (const [gpu, lists] of pricesByGpu(values)) compiled.set(`offers/${gpu}.json`, JSON.stringify(lists))
  const index = indexOf(values, hash.digest('hex').slice(0, 12))
  compiled.set('index.json', JSON.stringify(index))
  return { files: compiled, problems }
}

function indexOf(values: ReadonlyMap<string, unknown>, version: string): PresetIndex {
  const ids: Record<string, string[]> = {}
  const names: Record<string, Record<string, string[]>> = {}
  const data: string[] = []
  for (const [path, value] of values) {
    const [kind = '', id] = path.split('/')
    if (id === undefined || !isFolderKind(kind)) {
      data.push(path)
      continue
    }
    ids[kind] = [...(ids[kind] ?? []), id]
    for (const name of namesOf(kind, value)) {
      names[kind] ??= {}
      names[kind][name] = [...(names[kind][name] ?? []), id]
    }
  }
  return { version, ids, names, data }
}

/** The price lists cut down to the rows of one card, for each card. */
function pricesByGpu(values: ReadonlyMap<string, unknown>): Map<string, PriceList[]> {
  const found = new Map<string, PriceList[]>()
  for (const [path, value] of values) {
    if (!path.startsWith('prices/')) continue
    const list = value as PriceList
    for (const gpu of new Set(list.rows.map((row) => row.gpu))) {
      const rows = list.rows.filter((row) => row.gpu === gpu)
      found.set(gpu, [...(found.get(gpu) ?? []), { ...list, rows }])
    }
  }
  return found
}
