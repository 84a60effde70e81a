import { UserError } from '../../core/errors.ts'

export interface Position {
  readonly line: number
  readonly column: number
}

export type KeyPath = readonly (string | number)[]

/** One spec of a stream as plain data. */
export interface SpecDocument {
  readonly name: string
  /** Path of the file; null for standard input and built-in specs. */
  readonly file: string | null
  readonly value: unknown
  /** Where the value (or the key itself) of a path stands in the file. */
  locate(path: KeyPath, what: 'key' | 'value'): Promise<Position | null>
}

/** File, line and column of a path. */
export async function placeIn(document: SpecDocument, path: KeyPath, what: 'key' | 'value'): Promise<string> {
  const position = await document.locate(path, what)
  return position === null ? document.name : `${document.name}:${position.line}:${position.column}`
}

/** A document that is no spec: it has its place in the stream, and an error. */
export interface BrokenDocument {
  readonly error: UserError
}

/** A part of a stream, and how many lines stand above it. */
export interface Chunk {
  readonly text: string
  readonly linesAbove: number
}

/** Deeper than any spec; keeps recursion over the value safe. */
const MOST_LEVELS = 64

/** Visits every map and list with its level, without recursion. */
export function walkValues(root: unknown, visit: (value: object, level: number) => void): void {
  const queue: [unknown, number][] = [[root, 1]]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const [value, level] = next
    if (typeof value !== 'object' || value === null) continue
    visit(value, level)
    for (const child of Object.values(value)) queue.push([child, level + 1])
  }
}

/** Refuses values that are nested deeper than any spec. */
export function checkDepth(value: unknown, name: string): void {
  walkValues(value, (_, level) => {
    if (level > MOST_LEVELS)
      throw new UserError('invalid-spec', `${name} is nested more than ${MOST_LEVELS} levels deep`)
  })
}
