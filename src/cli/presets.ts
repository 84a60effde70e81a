import { resolve } from 'node:path'
import { type Catalog, openCatalog } from '../catalog/index.ts'
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
  const catalog = await openCatalog({
    files: host,
    presetsDir: host.presetsDir,
    overlayDirs: overlay === undefined ? [] : [resolve(host.cwd, overlay)],
    env: host.env,
    cwd: host.cwd,
  })
  return {
    catalog,
    library: catalog,
    scenario: (id) => (catalog.has('scenarios', id) ? catalog.scenario(id).spec : null),
    defaultHardware: () => catalog.defaults().hardware,
    prepared: async (spec) => {
      if (spec.model !== undefined) await catalog.fetchModel(spec.model, hubAccess(host, options))
      return spec
    },
  }
}

const hubAccess = (host: Host, options: CatalogOptions) => ({
  files: host,
  env: host.env,
  offline: options.offline === true,
  fetch: (url: string, init?: RequestInit) => host.fetch(url, init),
})
