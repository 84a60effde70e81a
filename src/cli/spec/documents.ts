import { UserError } from '../../core/errors.ts'
import { type BrokenDocument, type Chunk, checkDepth, type SpecDocument, walkValues } from './document.ts'
import type { SpecText } from './text.ts'

/** Splits a stream at its document marks. No scalar can hold such a line, so nothing is parsed for this. */
export function splitStream(text: string): Chunk[] {
  const chunks: Chunk[] = []
  let linesAbove = 0
  for (const part of text.split(/^---(?=[ \t\r\n]|$)/m)) {
    chunks.push({ text: part, linesAbove })
    linesAbove += part.split('\n').length - 1
  }
  // A mark before the first and after the last document says nothing.
  if (chunks.length > 1 && isBlank(chunks[0]?.text ?? '')) chunks.shift()
  if (chunks.length > 1 && isBlank(chunks.at(-1)?.text ?? '')) chunks.pop()
  return chunks
}

/** Nothing but space, comments, directives and end marks. */
const isBlank = (text: string): boolean =>
  text.split('\n').every((line) => /^\s*(#.*|%.*|\.\.\..*)?$/.test(line))

/** The documents of a spec file in order, the broken ones as errors. */
export async function parseDocuments(source: SpecText): Promise<(SpecDocument | BrokenDocument)[]> {
  const documents: (SpecDocument | BrokenDocument)[] = []
  for (const chunk of splitStream(source.text)) documents.push(await parseChunk(source, chunk))
  return documents
}

async function parseChunk(source: SpecText, chunk: Chunk): Promise<SpecDocument | BrokenDocument> {
  try {
    if (isBlank(chunk.text))
      throw new UserError(
        'invalid-spec',
        `${placeName(source, chunk)} is empty`,
        'ftplan init writes a spec to start from',
      )
    const value = fastJson(chunk.text)
    if (value === undefined) return await (await import('./yaml-document.ts')).parseYaml(source, chunk)
    checkDepth(value, source.name)
    return {
      name: source.name,
      file: source.file,
      value,
      locate: async (path, what) => (await import('./yaml-document.ts')).locateInText(chunk, path, what),
    }
  } catch (error) {
    if (error instanceof UserError) return { error }
    throw error
  }
}

const placeName = ({ name }: SpecText, { linesAbove }: Chunk): string =>
  linesAbove === 0 ? name : `${name}:${linesAbove + 1}: the document`

/** The object that a text is as JSON; null where it is none. */
export function jsonIn(text: string): unknown {
  if (!/^\s*\{/.test(text)) return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

/**
 * The value of a text that is plain JSON; undefined when it is anything else, a key twice included.
 * Streams of thousands of specs come as JSON, and a YAML parser is many times slower.
 */
function fastJson(text: string): unknown {
  if (!/^\s*\{/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return keysInText(text) === keysInValue(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Strings with a colon behind them: every key that the text has, twice if it stands twice. */
function keysInText(text: string): number {
  let keys = 0
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)) if (match[1] !== undefined) keys += 1
  return keys
}

function keysInValue(root: unknown): number {
  let keys = 0
  walkValues(root, (value) => {
    if (!Array.isArray(value)) keys += Object.keys(value).length
  })
  return keys
}
