import { resolve } from 'node:path'
import { type Catalog, type CatalogOptions, openCatalog } from '../../src/catalog/index.ts'
import { diskFiles } from '../../src/cli/disk-files.ts'

/** Where the test run compiles presets/ to before the first test. */
export const COMPILED_PRESETS = resolve(import.meta.dirname, '../../node_modules/.cache/ftplan-presets')

/** The YAML that it was compiled from. */
export const PRESET_SOURCES = resolve(import.meta.dirname, '../../presets')

/** The packaged presets, as the program opens them. */
export const packagedCatalog = (options: Partial<CatalogOptions> = {}): Promise<Catalog> =>
  openCatalog({ files: diskFiles, presetsDir: COMPILED_PRESETS, ...options })
