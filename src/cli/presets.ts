import { resolve } from 'node:path'
import { type Catalog, openCatalog } from '../catalog/index.ts'
import { lockedLibrary } from '../catalog/prices/locked-library.ts'
import { importedPresets } from '../catalog/prices/user-data.ts'
import { readInput } from '../catalog/read-input.ts'
import type { Library } from '../core/domain/library.ts'
import type { PriceLock } from '../core/domain/price-import.ts'
import type { Spec } from '../core/domain/spec.ts'
import { withOwnRuns } from './calibrate/own-library.ts'
import type { Host } from './host.ts'
import type { CatalogOptions } from './price-policy.ts'
import type { SpecLibrary } from './spec/read.ts'

/** The presets as the commands use them. */
export interface Presets extends SpecLibrary {
  readonly catalog: Catalog
  readonly library: Library
  /** Day of a price lock: prices are as old as they were then. Null without one. */
  readonly lockedOn: string | null
  /** The spec with everything fetched and measured that it names. */
  prepared(spec: Spec): Promise<Spec>
}

/** Opens the packaged presets with the user's own laid over them. */
export async function openPresets(
  host: Host,
  options: CatalogOptions & { readonly quiet?: unknown },
): Promise<Presets> {
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
  const lock = options.priceLock === undefined ? null : await readLock(options.priceLock, host)
  const priced = lock === null ? catalog : lockedLibrary(catalog, lock)
  return {
    catalog,
    library: options.ownCalibration === true ? await withOwnRuns(priced, host, options) : priced,
    lockedOn: lock?.date ?? null,
    scenario: (id) => (catalog.has('scenarios', id) ? catalog.scenario(id).spec : null),
    defaultHardware: () => catalog.defaults().hardware,
    prepared: async (spec) => {
      if (spec.model !== undefined) await catalog.fetchModel(spec.model, hubAccess(host, options))
      if (spec.dataset?.path === undefined) return spec
      const { specWithData } = await import('./spec/dataset.ts')
      return specWithData(spec, host, options.quiet === true)
    },
  }
}

/** Loaded only where a lock is asked for: it needs a YAML parser. */
async function readLock(file: string, host: Host): Promise<PriceLock> {
  const { readPriceLock } = await import('../catalog/prices/price-lock.ts')
  return readPriceLock(readInput(host, resolve(host.cwd, file), file), file)
}

const hubAccess = (host: Host, options: CatalogOptions) => ({
  files: host,
  env: host.env,
  offline: options.offline === true,
  fetch: (url: string, init?: RequestInit) => host.fetch(url, init),
})
