import { basename, resolve } from 'node:path'
import { UserError } from '../../core/errors.ts'
import { MIB } from '../../core/units.ts'
import type { Host } from '../host.ts'

/** A memory snapshot with a long history; more than this no program of ours can hold as one text. */
const MOST_MIB = 400

/** A file of runs, or what stands for it on standard input. */
export interface RunText {
  readonly name: string
  readonly file: string | null
  readonly text: string
}

/** The text of a file with measurements. Snapshots are far larger than specs, and often still pickled. */
export async function readRunText(reference: string, host: Host): Promise<RunText> {
  if (reference === '-') {
    return { name: 'stdin', file: null, text: textOf(await host.stdin.read(), 'standard input') }
  }
  const file = resolve(host.cwd, reference)
  const status = host.stat(file)
  if (status === null) throw new UserError('usage', `${reference}: there is no such file`)
  if (status.kind !== 'file') throw new UserError('usage', `${reference} is no file`)
  if (status.bytes > MOST_MIB * MIB) {
    throw new UserError(
      'usage',
      `${reference} has ${Math.round(status.bytes / MIB)} MiB: at most ${MOST_MIB} MiB are read`,
      'record fewer events: torch.cuda.memory._record_memory_history(max_entries=100000)',
    )
  }
  return { name: reference, file, text: textOf(contentOf(reference, file, host), reference) }
}

function contentOf(reference: string, file: string, host: Host): Uint8Array {
  try {
    return host.readFile(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new UserError('usage', `${reference} cannot be read: ${code}`)
  }
}

function textOf(bytes: Uint8Array, name: string): string {
  if (isPickle(bytes)) throw pickled(name)
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (!text.includes('\0')) return text
  } catch {
    // Said below.
  }
  throw new UserError('usage', `${name} is no UTF-8 text`)
}

/** Pickles begin with the protocol mark, files of torch.save with that of a zip archive. */
const isPickle = ([first, second]: Uint8Array): boolean =>
  (first === 0x80 && second !== undefined && second <= 5) || (first === 0x50 && second === 0x4b)

/** A pickle runs code when it is read, so it is never read here. */
function pickled(name: string): UserError {
  const file = name === 'standard input' ? 'snapshot.pickle' : basename(name)
  return new UserError(
    'usage',
    `${name} is a pickle, which only Python reads`,
    `write it as JSON with two lines of Python:\n  import json, pickle\n  json.dump(pickle.load(open(${JSON.stringify(file)}, "rb")), open("snapshot.json", "w"))`,
  )
}
