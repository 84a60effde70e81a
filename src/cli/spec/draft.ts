import type { Origin } from '../../core/domain/spec.ts'
import { isRecord } from '../../core/is-record.ts'

/** A spec under construction: plain data, where each value came from, and what an error calls that place. */
export interface Draft {
  readonly value: unknown
  /** Origin by dotted path; what is missing came from the file. */
  readonly origins: Readonly<Record<string, Origin>>
  /** `--rank` or `FTPLAN_RANK` by dotted path. */
  readonly places: Readonly<Record<string, string>>
}

/** A value that a flag or the environment sets. */
export interface Setting {
  readonly path: string
  readonly value: unknown
  readonly origin: Origin
  readonly place: string
}

/** The draft with one value set; what the file says there is replaced. */
export function withSetting(draft: Draft, { path, value, origin, place }: Setting): Draft {
  const origins = { ...draft.origins }
  const keys = path.split('.')
  // The ancestors too: some of them are one value in the report.
  for (let i = 1; i < keys.length; i++) origins[keys.slice(0, i).join('.')] = origin
  markAll(value, path, origin, origins)
  return {
    value: put(draft.value, keys, value),
    origins,
    places: { ...draft.places, [path]: place },
  }
}

/** Marks a value and everything below it. */
export function markAll(value: unknown, path: string, origin: Origin, origins: Record<string, Origin>): void {
  if (path !== '') origins[path] = origin
  if (!isRecord(value)) return
  for (const [key, child] of Object.entries(value)) {
    markAll(child, path === '' ? key : `${path}.${key}`, origin, origins)
  }
}

/** A copy with the value at the path; missing maps are made, and a parent that is no map stays for the checks to find. */
function put(target: unknown, keys: readonly string[], value: unknown): unknown {
  const [key, ...rest] = keys
  if (key === undefined) return value
  if (Array.isArray(target))
    return target.map((item, i) => (String(i) === key ? put(item, rest, value) : item))
  const parent = target ?? {}
  if (!isRecord(parent)) return target
  const child = Object.hasOwn(parent, key) ? parent[key] : undefined
  // Defined, not assigned: a key named __proto__ must stay a key that the checks refuse.
  return Object.defineProperty({ ...parent }, key, {
    value: put(child, rest, value),
    enumerable: true,
    configurable: true,
    writable: true,
  })
}
