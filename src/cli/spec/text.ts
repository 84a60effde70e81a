import { resolve } from 'node:path'
import { contentOf } from '../../catalog/read-input.ts'
import { UserError } from '../../core/errors.ts'
import { MIB } from '../../core/units.ts'
import type { Host } from '../host.ts'

/** A stream of two thousand specs with a whole config in each is far below this. */
const MOST_BYTES = 32 * MIB

/** The text of a spec and the name that errors give it. */
export interface SpecText {
  readonly name: string
  /** Path of the file; null for standard input. */
  readonly file: string | null
  readonly text: string
}

/** Reads a spec from a file, or from standard input for `-`. */
export async function readSpecText(reference: string, host: Host): Promise<SpecText> {
  if (reference === '-') {
    return { name: 'stdin', file: null, text: decoded('stdin', await host.stdin.read()) }
  }
  const file = resolve(host.cwd, reference)
  const status = host.stat(file)
  if (status === null) {
    throw new UserError(
      'usage',
      `${reference}: there is no such file`,
      'ftplan init writes a spec to start from',
    )
  }
  if (status.kind === 'directory') {
    throw new UserError(
      'usage',
      `${reference} is a directory, not a spec`,
      `name the file in it: ${reference.replace(/\/$/, '')}/ftplan.yaml`,
    )
  }
  if (status.kind === 'other') throw new UserError('usage', `${reference} is neither a file nor a pipe`)
  checkSize(reference, status.bytes)
  return { name: reference, file, text: decoded(reference, contentOf(host, file, reference)) }
}

function checkSize(name: string, bytes: number): void {
  if (bytes <= MOST_BYTES) return
  const size = Math.round(bytes / MIB)
  throw new UserError('invalid-spec', `${name} has ${size} MiB: a spec has at most ${MOST_BYTES / MIB} MiB`)
}

function decoded(name: string, bytes: Uint8Array): string {
  checkSize(name, bytes.length)
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new UserError('invalid-spec', `${name} is UTF-16 text`, 'save it as UTF-8')
  }
  if (bytes.includes(0)) throw new UserError('invalid-spec', `${name} is a binary file, not a spec`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UserError('invalid-spec', `${name} is not UTF-8 text`, 'save it as UTF-8')
  }
}
