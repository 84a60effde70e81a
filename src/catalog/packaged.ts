import { join } from 'node:path'
import type { Files } from './files.ts'
import type { PresetIndex } from './preset-index.ts'
import type { PresetStore } from './store.ts'

/** The compiled presets: JSON that was checked when it was built, each file read when it is asked for. */
export class PackagedPresets implements PresetStore {
  readonly version: string
  private readonly files: Files
  private readonly directory: string
  private readonly index: PresetIndex
  private readonly data: ReadonlySet<string>

  constructor(files: Files, directory: string) {
    this.files = files
    this.directory = directory
    this.index = this.json('index') as PresetIndex
    this.data = new Set(this.index.data)
    this.version = this.index.version
  }

  has(path: string): boolean {
    const [kind = '', id] = path.split('/')
    return this.data.has(path) || (id !== undefined && this.ids(kind).includes(id))
  }

  /** Every folder and single file of the tree. */
  paths(): readonly string[] {
    return [...Object.keys(this.index.ids), ...this.index.data]
  }

  read(path: string): unknown {
    return this.json(path)
  }

  ids(kind: string): readonly string[] {
    return this.index.ids[kind] ?? []
  }

  named(kind: string, name: string): readonly string[] {
    const names = this.index.names[kind] ?? {}
    return Object.hasOwn(names, name) ? (names[name] ?? []) : []
  }

  /** Price lists cut down to the rows of one card. */
  pricesOf(gpu: string): unknown {
    return this.files.stat(join(this.directory, `offers/${gpu}.json`)) === null
      ? []
      : this.json(`offers/${gpu}`)
  }

  private json(path: string): unknown {
    return JSON.parse(new TextDecoder().decode(this.files.readFile(join(this.directory, `${path}.json`))))
  }
}
