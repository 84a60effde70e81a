import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml'
import type * as z from 'zod'
import { UserError } from '../core/errors.ts'
import { isFolderKind, schemaOf } from './kinds.ts'
import { keysAt } from './schema-keys.ts'
import { suggest } from './suggest.ts'

type Path = readonly (string | number)[]

/** Where a preset comes from and what errors call it. */
export interface PresetText {
  /** Path in the tree without the ending, as in `gpus/rtx4090`. */
  readonly name: string
  /** Path that errors show. */
  readonly place: string
  readonly text: string
}

/** The value of a preset file, checked and in base units; an error says file, line and column. */
export function parsePreset(preset: PresetText): unknown {
  const lines = new LineCounter()
  const document = guarded(preset, () =>
    parseDocument(preset.text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true }),
  )
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${preset.place}:${line}:${col}`
  }
  const [broken] = document.errors
  if (broken !== undefined) throw new UserError('invalid-spec', `${at(broken.pos[0])}: ${broken.message}`)
  const plain: unknown = guarded(preset, () => document.toJS({ maxAliasCount: 100 }))
  const value = withId(plain, preset, at(0))
  const schema = schemaOf(preset.name)
  if (schema === null) return value
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { issues } = result.error
  // A misspelt key is also a missing one: the misspelling is what helps.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (issue === undefined) throw new UserError('invalid-spec', `${preset.place} is invalid`)
  throw problem(issue, document, schema, at)
}

/** What the parser throws at (aliases without end, nesting without end) is a mistake in the file too. */
function guarded<T>({ place }: PresetText, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw new UserError(
      'invalid-spec',
      `${place} cannot be parsed: ${error instanceof Error ? error.message : error}`,
    )
  }
}

/** A file of a folder has its name as id, whether it says so or not. */
function withId(value: unknown, { name, place }: PresetText, start: string): unknown {
  const [folder = '', id] = name.split('/')
  if (id === undefined || !isFolderKind(folder)) return value
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UserError('invalid-spec', `${start}: a preset is a map of keys`)
  }
  const stated = 'id' in value ? value.id : id
  if (stated !== id) {
    throw new UserError(
      'invalid-spec',
      `${place}: the id is ${JSON.stringify(stated)}, but the file is called ${id}`,
    )
  }
  return { ...value, id }
}

function problem(
  issue: z.core.$ZodIssue,
  document: Document.Parsed,
  schema: z.ZodType,
  at: (offset: number) => string,
): UserError {
  const path = issue.path.filter((part) => typeof part !== 'symbol')
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const where = unknown === undefined ? path : [...path, unknown]
  const place = at(offsetOf(document, where, unknown !== undefined))
  if (unknown === undefined) {
    const key = path.length === 0 ? '' : `${path.join('.')}: `
    return new UserError('invalid-spec', `${place}: ${key}${issue.message}`)
  }
  const known = keysAt(schema, path)
  const near = suggest(unknown, known)
  const hint =
    near.length > 0 ? `did you mean ${near.join(' or ')}?` : `the keys here are ${known.join(', ')}`
  return new UserError('invalid-spec', `${place}: unknown key ${JSON.stringify(where.join('.'))}`, hint)
}

/** Where a value (or its key) stands; of something missing, where its parent stands. */
function offsetOf(document: Document.Parsed, path: Path, ofKey: boolean): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true)
    const key = path[length - 1]
    if (ofKey && length === path.length && isMap(parent)) {
      const pair = parent.items.find((item) => isNode(item.key) && String(item.key) === String(key))
      if (pair !== undefined && isNode(pair.key)) return pair.key.range?.[0] ?? 0
    }
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node)) return node.range?.[0] ?? 0
  }
  return document.contents?.range?.[0] ?? 0
}
