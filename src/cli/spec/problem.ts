import { suggest } from '../../catalog/suggest.ts'
import type { Spec } from '../../core/domain/spec.ts'
import type { KeyPath } from './document.ts'
import { allKeys, keysAt } from './known-keys.ts'

export type Issue = NonNullable<ReturnType<typeof Spec.safeParse>['error']>['issues'][number]

/** One thing that is wrong with a spec, in words. */
export interface Problem {
  readonly path: KeyPath
  /** Whether the key is wrong, or its value. */
  readonly what: 'key' | 'value'
  readonly sentence: string
  readonly hint: string | undefined
}

/** A finding of the schema, unions opened: what a person would say is wrong. */
interface Leaf {
  readonly path: KeyPath
  readonly code: string
  readonly keys: readonly string[]
  readonly values: readonly unknown[]
  readonly expected: readonly string[]
  readonly bound: string | null
}

/** As in `training.lora.rank` or `hardware[0].gpu`. */
export const pathName = (path: KeyPath): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('')

/** The first finding about a value as a problem in words. */
export function problemOf(issue: Issue, value: unknown): Problem {
  const leaf = leafOf(issue)
  const at = valueAt(value, leaf.path)
  const [unknownKey] = leaf.keys
  if (unknownKey !== undefined) return unknownKeyProblem(leaf.path, unknownKey)
  const name = leaf.path.length === 0 ? 'the spec' : pathName(leaf.path)
  if (at === undefined) {
    return { path: leaf.path, what: 'value', sentence: `${name} is missing`, hint: undefined }
  }
  const said = `${name}: ${quoted(at)}`
  if (leaf.bound !== null)
    return { path: leaf.path, what: 'value', sentence: `${said} ${leaf.bound}`, hint: undefined }
  const words = leaf.values.map(String)
  const near = typeof at === 'string' ? suggest(at, words) : []
  return {
    path: leaf.path,
    what: 'value',
    sentence: `${said} is not ${choice(leaf)}`,
    hint: near.length === 0 ? undefined : `did you mean ${near.join(' or ')}?`,
  }
}

function unknownKeyProblem(path: KeyPath, key: string): Problem {
  const parent = path.length === 0 ? 'the spec' : pathName(path)
  return {
    path: [...path, key],
    what: 'key',
    sentence: `${parent} has no key ${quoted(key)}`,
    hint: keyHint(path, key),
  }
}

/** The nearest key at this place; the place of the key when it exists elsewhere; else what there is. */
function keyHint(path: KeyPath, key: string): string {
  const siblings = keysAt(path)
  const prefix = path.length === 0 ? '' : `${pathName(path)}.`
  const elsewhere = allKeys().filter((one) => one.split('.').at(-1) === key)
  const near = suggest(key, siblings).map((one) => `${prefix}${one}`)
  const found = [...elsewhere, ...near].slice(0, 3)
  return found.length > 0 ? `did you mean ${found.join(' or ')}?` : `its keys are ${siblings.join(', ')}`
}

function leafOf(issue: Issue): Leaf {
  const path = issue.path.filter((part) => typeof part !== 'symbol')
  const leaf = { path, code: issue.code, keys: [], values: [], expected: [], bound: null }
  switch (issue.code) {
    case 'unrecognized_keys':
      return { ...leaf, keys: issue.keys }
    case 'invalid_value':
      return { ...leaf, values: issue.values }
    case 'invalid_type':
      return { ...leaf, expected: [issue.expected] }
    case 'invalid_union':
      return unionLeaf(path, issue.errors as readonly (readonly Issue[])[])
    case 'too_small':
    case 'too_big':
      return { ...leaf, bound: boundOf(issue) }
    case 'invalid_format':
      return { ...leaf, bound: 'is not written as it has to be' }
    default:
      return { ...leaf, bound: `is not allowed: ${issue.message}` }
  }
}

/** Of several alternatives the one that the value comes nearest to; alternatives that are all far off are listed together. */
function unionLeaf(path: KeyPath, branches: readonly (readonly Issue[])[]): Leaf {
  const leaves = branches.flatMap((issues) => issues.slice(0, 1).map(leafOf))
  const near = leaves.find((leaf) => leaf.path.length > 0) ?? leaves.find((leaf) => leaf.bound !== null)
  if (near !== undefined) return { ...near, path: [...path, ...near.path] }
  return {
    path,
    code: 'invalid_union',
    keys: leaves.flatMap((leaf) => leaf.keys),
    values: [...new Set(leaves.flatMap((leaf) => leaf.values))],
    expected: [...new Set(leaves.flatMap((leaf) => leaf.expected))],
    bound: null,
  }
}

type BoundIssue = Extract<Issue, { code: 'too_small' | 'too_big' }>

function boundOf(issue: BoundIssue): string {
  if (issue.origin === 'string') return issue.code === 'too_small' ? 'is empty' : 'is too long'
  if (issue.origin === 'array') return 'is an empty list'
  const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum
  const side = issue.code === 'too_small' ? (issue.inclusive ? 'at least' : 'more than') : 'at most'
  return `is out of range: it is ${side} ${limit}`
}

const typeNames: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  object: 'a map of keys',
  record: 'a map of keys',
  array: 'a list',
}

/** As in `one of full, lora, qlora` or `a whole number, a list or auto`. */
function choice({ values, expected }: Leaf): string {
  if (values.length > 1) return `one of ${values.join(', ')}`
  const words = [...expected.map((type) => typeNames[type] ?? type), ...values.map(String)]
  const last = words.pop() ?? 'allowed here'
  return words.length === 0 ? last : `${words.join(', ')} or ${last}`
}

/** A value as an error shows it: short, on one line. */
export function quoted(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'a map of keys'
  if (value === null) return 'an empty value'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function valueAt(value: unknown, path: KeyPath): unknown {
  let found: unknown = value
  for (const part of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined
    found = (found as Readonly<Record<string | number, unknown>>)[part]
  }
  return found
}
