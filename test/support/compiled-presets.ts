import { readdirSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Catalog, type CatalogOptions, type Files, openCatalog } from '../../src/catalog/index.ts'

/** Where the test run compiles presets/ to before the first test. */
export const COMPILED_PRESETS = resolve(import.meta.dirname, '../../node_modules/.cache/ftplan-presets')

/** The YAML that it was compiled from. */
export const PRESET_SOURCES = resolve(import.meta.dirname, '../../presets')

/** The real file system as the catalog sees it. */
export const diskFiles: Files = {
  readFile: (path) => readFileSync(path),
  list: (path) => readdirSync(path).sort(),
  stat: (path) => {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined) return null
    return { kind: found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other', bytes: found.size }
  },
}

/** The packaged presets, as the program opens them. */
export const packagedCatalog = (options: Partial<CatalogOptions> = {}): Promise<Catalog> =>
  openCatalog({ files: diskFiles, presetsDir: COMPILED_PRESETS, ...options })
