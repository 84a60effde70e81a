import type { Library } from '../core/domain/library.ts'
import type { Spec } from '../core/domain/spec.ts'
import type { Host } from './host.ts'
import type { CatalogOptions } from './price-policy.ts'
import type { SpecLibrary } from './spec/read.ts'

/** The presets as the commands use them. */
export interface Presets extends SpecLibrary {
  readonly library: Library
  /** The spec with everything fetched and measured that it names. */
  prepared(spec: Spec): Promise<Spec>
}

/** Opens the packaged presets with the user's own laid over them. */
export async function openPresets(host: Host, options: CatalogOptions): Promise<Presets> {
  throw new Error(`no catalog yet: ${host.presetsDir} ${options.presets ?? ''}`)
}
