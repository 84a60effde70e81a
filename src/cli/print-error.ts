import type { UserError } from '../core/errors.ts'
import type { Host } from './host.ts'

/** The sentence and the way out, on standard error; in a stream with the number of the document. */
export function printError(host: Host, { message, hint }: UserError, document: number | null = null): void {
  const place = document === null ? '' : `document ${document}: `
  host.err.write(`error: ${place}${message}\n${hint === undefined ? '' : `hint: ${hint}\n`}`)
}
