import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Environment, Files } from '../catalog/files.ts'
import { diskFiles } from './disk-files.ts'
import { replaceFile } from './replace-file.ts'

/** A stream that the command line writes to. */
export interface Output {
  write(text: string): void
  readonly isTTY: boolean
  /** Width of the terminal; null when the stream is no terminal. */
  readonly columns: number | null
}

/** The world as the command line sees it. `bin/ftplan.js` hands in the real one, tests a fake one. */
export interface Host extends Files {
  /** Words after the program's name. */
  readonly argv: readonly string[]
  readonly env: Environment
  /** Working directory: relative paths start here. */
  readonly cwd: string
  readonly platform: string
  readonly stdin: { readonly isTTY: boolean; read(): Promise<Uint8Array> }
  readonly out: Output
  readonly err: Output
  /** Absolute path of the compiled presets. */
  readonly presetsDir: string
  now(): Date
  writeFile(path: string, content: string | Uint8Array): void
  /** Writes a file so that its old content stays whole until the new one is. */
  replaceFile(path: string, content: string): void
  exists(path: string): boolean
  /** Asks the person at the terminal; only where stdin and stdout are terminals. */
  ask(question: string): Promise<string>
  fetch(url: string, init?: RequestInit): Promise<Response>
}

/** Thrown when the user interrupts a wait: the run ends with exit code 130. */
export class Interrupted extends Error {}

/** The real world behind a Node process. */
export function processHost(process: NodeJS.Process, presetsDir: string): Host {
  return {
    ...diskFiles,
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    platform: process.platform,
    stdin: {
      get isTTY() {
        return process.stdin.isTTY === true
      },
      read: () => readAll(process),
    },
    out: outputOf(() => process.stdout),
    err: outputOf(() => process.stderr),
    presetsDir,
    now: () => new Date(),
    writeFile: (path, content) => {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, content)
    },
    replaceFile,
    exists: (path) => diskFiles.stat(path) !== null,
    ask: (question) => ask(process, question),
    fetch: (url, init) => fetch(url, init),
  }
}

/** A stream that is opened by its first use. A reader that goes away early (`| head`) ends the output, not the program. */
function outputOf(open: () => NodeJS.WriteStream): Output {
  let opened: NodeJS.WriteStream | undefined
  let isGone = false
  const stream = (): NodeJS.WriteStream => {
    if (opened !== undefined) return opened
    opened = open()
    opened.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      isGone = true
    })
    return opened
  }
  return {
    write: (text) => {
      const target = stream()
      if (!isGone) target.write(text)
    },
    get isTTY() {
      return stream().isTTY === true
    },
    get columns() {
      return stream().isTTY === true ? stream().columns : null
    },
  }
}

/** Everything on standard input. An interrupt while waiting is an `Interrupted`, not a half-read spec. */
async function readAll(process: NodeJS.Process): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  const interrupt = () => process.stdin.destroy(new Interrupted())
  process.once('SIGINT', interrupt)
  try {
    for await (const chunk of process.stdin) chunks.push(chunk)
  } finally {
    process.off('SIGINT', interrupt)
  }
  return Buffer.concat(chunks)
}

/** One line that the person types; an interrupt or the end of input is an `Interrupted`. */
async function ask(process: NodeJS.Process, question: string): Promise<string> {
  const { createInterface } = await import('node:readline')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  return new Promise((answer, reject) => {
    let isAnswered = false
    lines.once('SIGINT', () => lines.close())
    lines.once('close', () => {
      if (!isAnswered) reject(new Interrupted())
    })
    lines.question(question, (text) => {
      isAnswered = true
      lines.close()
      answer(text)
    })
  })
}
