import { resolve } from 'node:path'
import type { Report } from '../core/domain/report.ts'
import { UserError } from '../core/errors.ts'
import { type Format, loadRenderer } from '../render/index.ts'
import type { View } from '../render/renderer.ts'
import { wantsColour } from './colour.ts'
import type { Host } from './host.ts'
import type { OutputOptions } from './options.ts'

export const DEFAULT_COLUMNS = 80

/** The format that the flags come to: `--json` is short for `--format json`. */
export const formatOf = <F extends Format>({ format, json }: { readonly format: F; readonly json?: true }) =>
  json === true ? 'json' : format

/** The file of `-o`; null for standard output. */
export const fileOf = (output: string | undefined): string | null =>
  output === undefined || output === '-' ? null : output

/** Writes a result to the file of `-o`, or to standard output. */
export function writeResult(host: Host, output: string | undefined, text: string): void {
  const file = fileOf(output)
  if (file === null) host.out.write(text)
  else writeFile(host, file, text)
}

function writeFile(host: Host, file: string, text: string): void {
  try {
    host.writeFile(resolve(host.cwd, file), text)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    throw new UserError('usage', `${file} cannot be written${code}`)
  }
}

/** What goes to one place in one format. */
interface Target {
  readonly format: Format
  /** Null for standard output. */
  readonly file: string | null
}

/** The error of a document as machines read it. */
export const errorObject = ({ code, message, hint }: UserError) => ({
  error: { code, message, hint: hint ?? null },
})

/** A report, or the error in its place. */
export type Outcome = Report | UserError

/** Writes every report to every place that the flags name, each in its format. */
export class ReportWriter {
  readonly #host: Host
  readonly #options: OutputOptions
  readonly #many: boolean
  readonly #detail: View['detail']
  readonly #targets: readonly Target[]
  readonly #texts = new Map<Target, string[]>()

  constructor(host: Host, options: OutputOptions, many: boolean, detail: View['detail']) {
    this.#host = host
    this.#options = options
    this.#many = many
    this.#detail = detail
    const main = { format: formatOf(options), file: fileOf(options.output) }
    this.#targets = [main, ...(options.export ?? [])]
  }

  async write(outcome: Outcome, position: number): Promise<void> {
    for (const target of this.#targets) {
      const { render, open } = await loadRenderer(target.format)
      const start = position === 0 ? (open ?? '') : ''
      const text =
        outcome instanceof UserError
          ? errorText(outcome, target.format, this.#many)
          : render(outcome, this.#view(target, position))
      this.#put(target, start + text)
    }
  }

  async end(): Promise<void> {
    for (const target of this.#targets) {
      const { close } = await loadRenderer(target.format)
      if (close !== undefined) this.#put(target, close)
      if (target.file !== null) writeFile(this.#host, target.file, (this.#texts.get(target) ?? []).join(''))
    }
  }

  #put(target: Target, text: string): void {
    if (target.file === null) {
      this.#host.out.write(text)
      return
    }
    const texts = this.#texts.get(target) ?? []
    texts.push(text)
    this.#texts.set(target, texts)
  }

  #view({ file }: Target, position: number): View {
    const { out, env } = this.#host
    const toTerminal = file === null
    return {
      colour: toTerminal && wantsColour(this.#options.color, env, out.isTTY),
      columns: (toTerminal ? out.columns : null) ?? DEFAULT_COLUMNS,
      detail: this.#detail,
      position: this.#many ? position : null,
    }
  }
}

/** Formats for machines carry the error at its place; people read it on standard error. */
function errorText(error: UserError, format: Format, many: boolean): string {
  if (format === 'json') return `${JSON.stringify(errorObject(error))}\n`
  if (format !== 'yaml') return ''
  const { code, message, hint } = errorObject(error).error
  const lines = [
    `error:`,
    `  code: ${code}`,
    `  message: ${JSON.stringify(message)}`,
    `  hint: ${JSON.stringify(hint)}`,
  ]
  return `${many ? '---\n' : ''}${lines.join('\n')}\n`
}
