import { resolve } from 'node:path'
import type { FileStatus } from '../../src/catalog/files.ts'
import { diskFiles } from '../../src/cli/disk-files.ts'
import type { Host, Output } from '../../src/cli/host.ts'
import { run } from '../../src/cli/run.ts'
import { COMPILED_PRESETS } from './compiled-presets.ts'

/** What a fake world starts with. */
export interface World {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string | Uint8Array
  /** Files by path; relative paths start in /project. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  readonly tty?: boolean
  /** What the person types, in order. */
  readonly answers?: readonly string[]
  readonly columns?: number
}

/** What a run left behind. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly files: ReadonlyMap<string, string | Uint8Array>
}

export const CWD = '/project'
export const NOW = new Date('2026-11-25T12:00:00Z')

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content

const isPreset = (path: string): boolean => path.startsWith(COMPILED_PRESETS)

/** A fake stream that keeps what is written. */
function memoryOutput(tty: boolean, columns: number): Output & { readonly text: () => string } {
  const parts: string[] = []
  return {
    write: (text) => {
      parts.push(text)
    },
    isTTY: tty,
    columns: tty ? columns : null,
    text: () => parts.join(''),
  }
}

/** A world in memory; only the compiled presets are read from the disk. */
export function fakeHost(argv: readonly string[], world: World = {}) {
  const files = new Map<string, string | Uint8Array>()
  for (const [path, content] of Object.entries(world.files ?? {})) files.set(resolve(CWD, path), content)
  const answers = [...(world.answers ?? [])]
  const at = (path: string) => resolve(CWD, path)
  const out = memoryOutput(world.tty ?? false, world.columns ?? 80)
  const err = memoryOutput(world.tty ?? false, world.columns ?? 80)
  const stat = (path: string): FileStatus | null => {
    const content = files.get(at(path))
    if (content !== undefined) return { kind: 'file', bytes: bytesOf(content).length }
    if ([...files.keys()].some((file) => file.startsWith(`${at(path)}/`)))
      return { kind: 'directory', bytes: 0 }
    return isPreset(path) ? diskFiles.stat(path) : null
  }
  const host: Host = {
    argv,
    env: world.env ?? {},
    cwd: CWD,
    platform: 'linux',
    stdin: { isTTY: world.tty ?? false, read: async () => bytesOf(world.stdin ?? '') },
    out,
    err,
    presetsDir: COMPILED_PRESETS,
    now: () => NOW,
    readFile: (path) => {
      const content = files.get(at(path))
      if (content !== undefined) return bytesOf(content)
      if (isPreset(path)) return diskFiles.readFile(path)
      throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
    },
    writeFile: (path, content) => {
      files.set(at(path), content)
    },
    replaceFile: (path, content) => {
      files.set(at(path), content)
    },
    exists: (path) => stat(path) !== null,
    stat,
    list: (path) => {
      const folder = `${at(path)}/`
      const inside = [...files.keys()]
        .filter((file) => file.startsWith(folder))
        .map((file) => file.slice(folder.length).split('/')[0] ?? '')
      return isPreset(path) ? diskFiles.list(path) : [...new Set(inside)].sort()
    },
    ask: async (question) => {
      err.write(question)
      return answers.shift() ?? ''
    },
    fetch: () => Promise.reject(new Error('there is no network in tests')),
  }
  return { host, out, err, files }
}

/** Runs a command line in a fake world. */
export async function ftplan(argv: string | readonly string[], world: World = {}): Promise<Ran> {
  const words = typeof argv === 'string' ? argv.split(' ').filter((word) => word !== '') : argv
  const { host, out, err, files } = fakeHost(words, world)
  const code = await run(host)
  return { code, out: out.text(), err: err.text(), files }
}
