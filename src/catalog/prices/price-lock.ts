import { parse, stringify } from 'yaml'
import type { Api } from '../../core/domain/api.ts'
import type { PriceList } from '../../core/domain/offer.ts'
import { PriceLock } from '../../core/domain/price-import.ts'
import { UserError } from '../../core/errors.ts'

/** The prices of today, so that an estimate gives the same answer tomorrow. Rows of other cards than `gpus` are left out; null keeps all. */
export function priceLock(
  { lists, apis }: { readonly lists: readonly PriceList[]; readonly apis: readonly Api[] },
  date: string,
  presetsVersion: string,
  gpus: ReadonlySet<string> | null,
): PriceLock {
  const prices = lists
    .map((list) => ({ ...list, rows: list.rows.filter(({ gpu }) => gpus === null || gpus.has(gpu)) }))
    .filter(({ rows }) => rows.length > 0)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  return { version: 1, date, presets_version: presetsVersion, prices, apis: [...apis] }
}

export const priceLockText = (lock: PriceLock): string =>
  `# Prices of ${lock.date}: \`ftplan estimate --price-lock FILE\` uses these and no others.\n${stringify(lock, { lineWidth: 0 })}`

/** Reads a lock file; anything else is an error that names the place. */
export function readPriceLock(text: string, path: string): PriceLock {
  let data: unknown
  try {
    data = parse(text)
  } catch (error) {
    throw new UserError(
      'invalid-spec',
      `${path} is no valid YAML: ${error instanceof Error ? error.message : error}`,
    )
  }
  const lock = PriceLock.safeParse(data)
  if (lock.success) return lock.data
  const [issue] = lock.error.issues
  throw new UserError(
    'invalid-spec',
    `${path} is no price lock: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`,
    'write a new one with `ftplan prices lock -o FILE`',
  )
}
