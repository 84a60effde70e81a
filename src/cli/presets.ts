import { resolve } from 'node:path'
import { type Catalog, openCatalog } from '../catalog/index.ts'
import { importedPresets } from '../catalog/prices/user-data.ts'
import { readInput } from '../catalog/read-input.ts'
import type { Library } from '../core/domain/library.ts'
import type { Spec } from '../core/domain/spec.ts'
import type { Host } from './host.ts'
import type { CatalogOptions } from './price-policy.ts'
import type { SpecLibrary } from './spec/read.ts'

/** The presets as the commands use them. */
export interface Presets extends SpecLibrary {
  readonly catalog: Catalog
  readonly library: Library
  /** The spec with everything fetched and measured that it names. */
  prepared(spec: Spec): Promise<Spec>
}

/** Opens the packaged presets with the user's own laid over them. */
export async function openPresets(host: Host, options: CatalogOptions): Promise<Presets> {
  const overlay = options.presets
  const imported = importedPresets(host.env, host.platform)
  const catalog = await openCatalog({
    files: host,
    presetsDir: host.presetsDir,
    overlayDirs: [
      ...(imported !== null && host.exists(imported) ? [imported] : []),
      ...(overlay === undefined ? [] : [resolve(host.cwd, overlay)]),
    ],
    env: host.env,
    cwd: host.cwd,
  })
  return {
    catalog,
    library: options.priceLock === undefined ? catalog : await locked(catalog, options.priceLock, host),
    scenario: (id) => (catalog.has('scenarios', id) ? catalog.scenario(id).spec : null),
    defaultHardware: () => catalog.defaults().hardware,
    prepared: async (spec) => {
      if (spec.model !== undefined) await catalog.fetchModel(spec.model, hubAccess(host, options))
      return spec
    },
  }
}

/** The catalog with the prices of a lock file in place of its own. */
async function locked(catalog: Catalog, file: string, host: Host): Promise<Library> {
  const { lockedLibrary } = await import('../catalog/prices/locked-library.ts')
  const { readPriceLock } = await import('../catalog/prices/price-lock.ts')
  return lockedLibrary(catalog, readPriceLock(readInput(host, resolve(host.cwd, file), file), file))
}

const hubAccess = (host: Host, options: CatalogOptions) => ({
  files: host,
  env: host.env,
  offline: options.offline === true,
  fetch: (url: string, init?: RequestInit) => host.fetch(url, init),
})
