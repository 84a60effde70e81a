import { dirname, isAbsolute, relative, resolve } from 'node:path'
import type { Origin, Spec } from '../../core/domain/spec.ts'
import { UserError } from '../../core/errors.ts'
import { isRecord } from '../../core/is-record.ts'
import type { Host } from '../host.ts'
import { checkedSpec } from './check.ts'
import type { BrokenDocument, SpecDocument } from './document.ts'
import { parseDocuments } from './documents.ts'
import { type Draft, markAll, type Setting, withSetting } from './draft.ts'
import { withHardware } from './hardware.ts'
import { type Flags, type HardwareSettings, hardwareSettings, specSettings } from './settings.ts'
import { readSpecText } from './text.ts'

/** What the presets know about specs. */
export interface SpecLibrary {
  /** Ready specs by id; null when there is none of this name. */
  scenario(id: string): unknown
  defaultHardware(): readonly unknown[]
}

/** A spec that is ready to be estimated. */
export interface ReadSpec {
  readonly spec: Spec
  readonly origins: Readonly<Record<string, Origin>>
}

export interface SpecStream {
  /** Whether the output is a stream too. */
  readonly many: boolean
  readonly items: readonly (ReadSpec | BrokenDocument)[]
}

const DEFAULT_FILE = 'ftplan.yaml'
const QUICKSTART = 'quickstart'

/** The specs of a file, of standard input (`-`), of a scenario, or of the flags alone; broken ones as errors. */
export async function readSpecs(
  reference: string | undefined,
  flags: Flags,
  host: Host,
  library: SpecLibrary,
): Promise<SpecStream> {
  const settings = await specSettings(host.env, flags)
  const hardware = hardwareSettings(host.env, flags)
  const isSet = settings.length > 0 || hardware.settings.length > 0 || hardware.gpus.length > 0
  const documents = await documentsOf(reference, isSet, flags, host, library)
  const items: (ReadSpec | BrokenDocument)[] = []
  for (const document of documents) {
    items.push(
      'error' in document ? document : await readDocument(document, settings, hardware, host, library),
    )
  }
  return { many: documents.length > 1, items }
}

/** The spec that the flags and the environment describe by themselves. */
export async function specFromFlags(flags: Flags, host: Host, library: SpecLibrary): Promise<Spec> {
  const settings = await specSettings(host.env, flags)
  const hardware = hardwareSettings(host.env, flags)
  const item = await readDocument(fromFlags, settings, hardware, host, library)
  if ('error' in item) throw item.error
  return item.spec
}

async function documentsOf(
  reference: string | undefined,
  isSet: boolean,
  flags: Flags,
  host: Host,
  library: SpecLibrary,
): Promise<readonly (SpecDocument | BrokenDocument)[]> {
  if (reference !== undefined) {
    const scenario = isName(reference, host) ? library.scenario(reference) : null
    if (scenario !== null) return [builtIn(reference, scenario)]
    return parseDocuments(await readSpecText(reference, host))
  }
  if (host.exists(resolve(host.cwd, DEFAULT_FILE)))
    return parseDocuments(await readSpecText(DEFAULT_FILE, host))
  if (isSet) return [fromFlags]
  if (flags.quiet !== true) {
    host.err.write(
      `no ./${DEFAULT_FILE} here: this is the built-in example "${QUICKSTART}" (ftplan init writes a spec of your own)\n`,
    )
  }
  return [builtIn(QUICKSTART, library.scenario(QUICKSTART))]
}

/** A word that is no path and no file here may name a scenario. */
const isName = (reference: string, host: Host): boolean =>
  /^[\w-]+(\.\d[\w-]*)*$/.test(reference) && !host.exists(resolve(host.cwd, reference))

const builtIn = (id: string, value: unknown): SpecDocument & { readonly preset: true } => ({
  name: `scenario ${id}`,
  file: null,
  value,
  preset: true,
  locate: async () => null,
})

/** What the flags start from when there is no file. */
const fromFlags: SpecDocument = { name: 'the flags', file: null, value: {}, locate: async () => null }

async function readDocument(
  document: SpecDocument,
  settings: readonly Setting[],
  hardware: HardwareSettings,
  host: Host,
  library: SpecLibrary,
): Promise<ReadSpec | BrokenDocument> {
  try {
    const origins: Record<string, Origin> = {}
    if ('preset' in document) markAll(document.value, '', 'preset', origins)
    let draft: Draft = { value: withPaths(document, host), origins, places: {} }
    for (const setting of settings) draft = withSetting(draft, setting)
    draft = withHardware(draft, hardware, () => library.defaultHardware())
    return { spec: await checkedSpec(draft, document), origins: draft.origins }
  } catch (error) {
    if (error instanceof UserError) return { error }
    throw error
  }
}

/** Files that a spec names are found beside it; what is not there is left to the working directory. */
export function withPaths({ value, file }: SpecDocument, host: Host): unknown {
  if (file === null || !isRecord(value)) return value
  const beside = (path: unknown): unknown => {
    if (typeof path !== 'string' || !/[./]/.test(path) || isAbsolute(path)) return path
    const found = resolve(dirname(file), path)
    return host.exists(found) ? relative(host.cwd, found) || '.' : path
  }
  const dataset = isRecord(value.dataset)
    ? { ...value.dataset, ...('path' in value.dataset ? { path: beside(value.dataset.path) } : {}) }
    : value.dataset
  return {
    ...value,
    ...('model' in value ? { model: beside(value.model) } : {}),
    ...('dataset' in value ? { dataset } : {}),
  }
}
