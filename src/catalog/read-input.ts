import { UserError } from '../core/errors.ts'
import { MIB } from '../core/units.ts'
import type { Files } from './files.ts'

/** No config and no preset comes near. */
const MOST_BYTES = 10 * MIB

/** The text of a file that the user names; whatever is wrong with it is one clear sentence. `name` is how the user wrote the path. */
export function readInput(files: Files, path: string, name: string = path): string {
  const status = files.stat(path)
  if (status === null) throw new UserError('usage', `${name}: there is no such file`)
  if (status.kind === 'directory') throw new UserError('usage', `${name} is a directory, not a file`)
  if (status.kind === 'other') throw new UserError('usage', `${name} is no regular file`)
  checkSize(name, status.bytes)
  return decoded(name, contentOf(files, path, name))
}

/** The JSON object in a file that the user names. */
export function readJsonObject(
  files: Files,
  path: string,
  name: string = path,
): Readonly<Record<string, unknown>> {
  return jsonObject(readInput(files, path, name), name)
}

/** The JSON object in a text. */
export function jsonObject(text: string, name: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new UserError('usage', `${name} is not valid JSON: ${why}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const kind = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`
    throw new UserError('usage', `${name} holds ${kind}, not a JSON object`)
  }
  return value as Readonly<Record<string, unknown>>
}

/** The bytes of a file that is there. */
export function contentOf(files: Files, path: string, name: string): Uint8Array {
  try {
    return files.readFile(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    const why = code === 'EACCES' || code === 'EPERM' ? 'the permission is missing' : code
    throw new UserError('usage', `${name} cannot be read: ${why}`)
  }
}

function checkSize(name: string, bytes: number): void {
  if (bytes <= MOST_BYTES) return
  const size = Math.round(bytes / MIB)
  throw new UserError('usage', `${name} has ${size} MiB: at most ${MOST_BYTES / MIB} MiB are read`)
}

/** Bytes as UTF-8 text; a byte order mark is dropped. */
export function decoded(name: string, bytes: Uint8Array): string {
  checkSize(name, bytes.length)
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new UserError('usage', `${name} is UTF-16 text`, 'save it as UTF-8')
  }
  if (bytes.includes(0)) throw new UserError('usage', `${name} is a binary file`)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UserError('usage', `${name} is not UTF-8 text`, 'save it as UTF-8')
  }
  if (text.trim() === '') throw new UserError('usage', `${name} is empty`)
  return text
}
