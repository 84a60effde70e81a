import type { CostInput, Market } from '../domain/bill.ts'
import { Memo } from '../memo.ts'
import type { Sink } from '../term.ts'
import { GB } from '../units.ts'

/** A price with where it is from. */
export interface SourcedPrice {
  readonly usd: number
  readonly basis: string
  readonly source: string
}

/**
 * USD for a byte and a month: what the spec states, else the provider's cheapest object store (its cheapest store when it has none),
 * else the median of all object stores on file. Null when nothing is on file.
 */
export function storagePrice(input: CostInput): PriceOnFile {
  const { options, market, hardware } = input
  if (options.storage === false) return null
  const stated = options.storage.usdPerGbMonth
  if (stated !== null) return { usd: stated / GB, basis: 'stated', source: 'spec', own: true }
  const provider = hardware.offer?.provider ?? ''
  return known.get([market], provider, () => priceOnFile(market, provider))
}

type PriceOnFile = (SourcedPrice & { readonly own: boolean }) | null

const known = new Memo<PriceOnFile>()

function priceOnFile(market: Market, seller: string): PriceOnFile {
  const rows = [...market.storage].sort((a, b) => a.usdPerByteMonth - b.usdPerByteMonth)
  const objects = rows.filter(({ kind }) => kind === 'object')
  const isOwn = ({ provider }: { readonly provider: string }) => provider === seller
  const own = objects.find(isOwn) ?? rows.find(isOwn)
  if (own !== undefined) return { usd: own.usdPerByteMonth, basis: own.id, source: own.source, own: true }
  const typical = objects[Math.floor((objects.length - 1) / 2)]
  if (typical === undefined) return null
  const basis = `${typical.id}, the median of object stores`
  return { usd: typical.usdPerByteMonth, basis, source: typical.source, own: false }
}

/**
 * Storage of checkpoints and of the versions of the result.
 *
 *   usd = bytes · months · USD per byte and month
 */
export function addStorage(sink: Sink, input: CostInput): void {
  const { options, artifacts } = input
  const price = storagePrice(input)
  if (options.storage === false || price === null) return
  const { months } = options.storage
  const add = (key: string, bytes: number, what: string) =>
    sink.add(
      key,
      bytes * months * price.usd,
      () =>
        `${what}: ${(bytes / GB).toPrecision(3)} GB · ${months} months · ${(price.usd * GB).toPrecision(3)} USD per GB and month (${price.basis})`,
      price.source,
    )
  add(
    'storage/checkpoints',
    artifacts.keptCheckpoints * artifacts.checkpointBytes,
    `${artifacts.keptCheckpoints} checkpoints`,
  )
  const versions = options.deployment?.versions ?? 0
  const adapters = options.deployment?.adapters ?? 1
  add(
    'storage/versions',
    versions * adapters * artifacts.resultBytes,
    `${versions} versions of ${adapters} results`,
  )
}
