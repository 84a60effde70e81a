import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { UserError } from '../../core/errors.ts'
import { type Chunk, checkDepth, type KeyPath, type Position, type SpecDocument } from './document.ts'
import type { SpecText } from './text.ts'

/** More than a person writes; a longer document is JSON or a mistake. */
const MOST_CHARACTERS = 2 * 2 ** 20
/** References that aliases may expand to: a few reused blocks, never a bomb. */
const MOST_ALIASES = 100

interface Parsed {
  readonly document: Document.Parsed
  readonly lines: LineCounter
}

function parseText(text: string): Parsed {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    merge: true,
    logLevel: 'silent',
  })
  return { document, lines }
}

/** A YAML document as a spec document; UserError with file, line and column when it is none. */
export async function parseYaml(source: SpecText, chunk: Chunk): Promise<SpecDocument> {
  if (chunk.text.length > MOST_CHARACTERS) {
    throw new UserError(
      'invalid-spec',
      `${source.name} has a YAML document of more than 2 MiB`,
      'split it, or write it as JSON',
    )
  }
  const parsed = guarded(source, () => parseText(chunk.text))
  const problem = parsed.document.errors[0] ?? parsed.document.warnings[0]
  if (problem !== undefined) {
    const { line, column } = positionOf(parsed, problem.pos[0], chunk)
    throw new UserError(
      'invalid-spec',
      `${source.name}:${line}:${column}: ${sentenceOf(problem, chunk.text)}`,
    )
  }
  const value: unknown = guarded(source, () => parsed.document.toJS({ maxAliasCount: MOST_ALIASES }))
  checkDepth(value, source.name)
  return {
    name: source.name,
    file: source.file,
    value,
    locate: async (path, what) => locateIn(parsed, chunk, path, what),
  }
}

/** Position of a path in a text that was read as JSON. */
export function locateInText(chunk: Chunk, path: KeyPath, what: 'key' | 'value'): Position | null {
  if (chunk.text.length > MOST_CHARACTERS) return null
  return locateIn(parseText(chunk.text), chunk, path, what)
}

/** Turns the parser's own failures (nesting without end, aliases of aliases) into a sentence. */
function guarded<T>({ name }: SpecText, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof RangeError) throw new UserError('invalid-spec', `${name} is nested too deeply`)
    if (error instanceof ReferenceError) {
      throw new UserError(
        'invalid-spec',
        `${name}: ${/alias count/i.test(error.message) ? `its aliases expand to more than ${MOST_ALIASES} references` : error.message}`,
      )
    }
    throw error
  }
}

function sentenceOf(
  { code, message, pos }: { code: string; message: string; pos: [number, number] },
  text: string,
): string {
  if (code === 'DUPLICATE_KEY') {
    const key = /^["']?([\w.-]+)/.exec(text.slice(pos[0]))?.[1] ?? ''
    return `the key ${key} stands there twice`
  }
  if (message.includes('call stack')) return 'this is nested too deeply'
  return `this is no YAML: ${message.replace(/\s+/g, ' ').slice(0, 200)}`
}

function positionOf({ lines }: Parsed, offset: number, { linesAbove }: Chunk): Position {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line) + linesAbove, column: Math.max(1, col) }
}

/** Offset of a path; of its nearest ancestor that exists where the path itself does not. */
function locateIn(parsed: Parsed, chunk: Chunk, path: KeyPath, what: 'key' | 'value'): Position | null {
  let node: unknown = parsed.document.contents
  let offset = offsetOf(node)
  for (const part of path) {
    const step = childAt(node, part)
    if (step === null) break
    node = step.value
    offset = what === 'key' ? (step.key ?? offset) : (offsetOf(node) ?? step.key ?? offset)
  }
  return offset === undefined ? null : positionOf(parsed, offset, chunk)
}

const offsetOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0]

/** The value below a map or list and the offset of its key; null when there is none. */
function childAt(node: unknown, part: string | number): { value: unknown; key: number | undefined } | null {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
    return pair === undefined ? null : { value: pair.value, key: offsetOf(pair.key) }
  }
  if (!isSeq(node)) return null
  const item: unknown = node.items[Number(part)]
  return item === undefined ? null : { value: item, key: offsetOf(item) }
}
