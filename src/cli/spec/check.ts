import { Spec } from '../../core/domain/spec.ts'
import { UserError } from '../../core/errors.ts'
import { isRecord } from '../../core/is-record.ts'
import { type KeyPath, placeIn, type SpecDocument } from './document.ts'
import type { Draft } from './draft.ts'
import { isSection } from './known-keys.ts'
import { problemOf } from './problem.ts'

/** The spec in a draft, every value checked; an error says what is wrong, where, and what was meant. */
export async function checkedSpec(draft: Draft, document: SpecDocument): Promise<Spec> {
  const value = withoutEmptySections(draft.value, [])
  const result = Spec.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  if (issue === undefined) throw new UserError('invalid-spec', 'the spec is invalid')
  const { path, what, sentence, hint } = problemOf(issue, value)
  const others = result.error.issues.length - 1
  const more = others === 0 ? '' : ` (and ${others} more ${others === 1 ? 'problem' : 'problems'})`
  throw new UserError(
    'invalid-spec',
    `${await placeOf(draft, document, path, what)}: ${sentence}${more}`,
    hint,
  )
}

/** The flag or variable that set the value, else file, line and column. */
async function placeOf(
  draft: Draft,
  document: SpecDocument,
  path: KeyPath,
  what: 'key' | 'value',
): Promise<string> {
  return settingPlace(draft.places, path) ?? placeIn(document, path, what)
}

/** The flag or variable that set the path, what is above it, or what is below it. */
function settingPlace(places: Draft['places'], path: KeyPath): string | null {
  for (let length = path.length; length > 0; length--) {
    const above = path.slice(0, length).join('.')
    if (Object.hasOwn(places, above)) return places[above] ?? null
  }
  const below =
    path.length === 0 ? undefined : Object.keys(places).find((set) => set.startsWith(`${path.join('.')}.`))
  return below === undefined ? null : (places[below] ?? null)
}

/** A section whose keys are all commented out says nothing: YAML reads it as null. */
function withoutEmptySections(value: unknown, path: KeyPath): unknown {
  if (!isRecord(value) || !isSection(path)) return value
  const kept = Object.entries(value).flatMap(([key, child]): [string, unknown][] => {
    const below = [...path, key]
    if (child === null && isSection(below)) return []
    return [[key, withoutEmptySections(child, below)]]
  })
  return kept.length === Object.keys(value).length && kept.every(([key, child]) => value[key] === child)
    ? value
    : Object.fromEntries(kept)
}
