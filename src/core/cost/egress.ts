import type { CostInput } from '../domain/bill.ts'
import type { Sink } from '../term.ts'
import { GB } from '../units.ts'
import type { SourcedPrice } from './storage.ts'

/** USD for a byte out of the provider's network, and the bytes that are free; null when nothing is on file. */
export function egressPrice(input: CostInput): (SourcedPrice & { readonly freeBytes: number }) | null {
  const { options, market, hardware } = input
  if (options.egress === false) return null
  const stated = options.egress.usdPerGb
  if (stated !== null) return { usd: stated / GB, freeBytes: 0, basis: 'stated', source: 'spec' }
  const { offer } = hardware
  if (offer === null) return null
  const row =
    market.egress.find(({ provider }) => provider === offer.provider) ??
    market.egress.find(({ provider, kinds }) => provider === null && kinds.includes(offer.providerKind))
  return row === undefined
    ? null
    : { usd: row.usdPerByte, freeBytes: row.freeBytes, basis: row.id, source: row.source }
}

/**
 * Downloading the result once.
 *
 *   usd = max(0, result bytes − free bytes of the month) · USD per byte
 */
export function addEgress(sink: Sink, input: CostInput): void {
  const price = egressPrice(input)
  if (price === null) return
  const { resultBytes } = input.artifacts
  const paid = Math.max(0, resultBytes - price.freeBytes)
  sink.add(
    'egress',
    paid * price.usd,
    () =>
      `result of ${(resultBytes / GB).toPrecision(3)} GB − ${(price.freeBytes / GB).toPrecision(3)} GB free · ${price.usd * GB} USD per GB (${price.basis})`,
    price.source,
  )
}
