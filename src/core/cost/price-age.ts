import type { Commitment, Offer } from '../domain/offer.ts'
import { UserError } from '../errors.ts'
import { type Note, note } from '../notes.ts'
import { ageDays } from './dates.ts'

/** Kinds of market by how fast their prices move. */
type PriceMarket = Offer['providerKind'] | 'spot' | 'api'

/**
 * Days after which a price is worth a second look. Marketplace and spot prices moved by a factor of 2.5 within 12 days and GPU
 * clouds by 10-30 % within two months, while on-demand prices of hyperscalers did not move between the vintages on file.
 */
const staleAfterDays: Readonly<Record<PriceMarket, number>> = {
  spot: 7,
  marketplace: 7,
  'gpu-cloud': 30,
  hyperscaler: 180,
  api: 90,
}

/** What the user stated himself does not age. */
export const STATED = 'spec'

/** Whose price is missing, in words that follow the card; empty where nobody was named. */
export const whereSold = (
  provider: string | null,
  region: string | null,
  commitment: Commitment | null,
): string =>
  [
    provider === null ? '' : ` at ${provider}`,
    region === null ? '' : ` in ${region}`,
    commitment === null ? '' : ` (${commitment})`,
  ].join('')

interface DatedPrice {
  readonly provider: string
  readonly market: PriceMarket
  readonly asOf: string | null
}

/** A note when a price is older than its market allows, or has no date. */
export function agedPriceNotes({ provider, market, asOf }: DatedPrice, today: string): Note[] {
  const days = ageDays(asOf, today)
  if (days === null) return [note('price-undated', { provider })]
  return days > staleAfterDays[market] ? [note('price-stale', { provider, asOf: asOf ?? '', days })] : []
}

/**
 * Notes about the age of an offer on the day `today` (`2026-11-24`). Under `strict` an old or undated price is an error: CI must not
 * pass on a price that nobody looked at.
 */
export function priceAgeNotes(offer: Offer, today: string, strict = false): Note[] {
  if (offer.source === STATED) return []
  const market = offer.commitment === 'spot' ? 'spot' : offer.providerKind
  const notes = agedPriceNotes({ provider: offer.provider, market, asOf: offer.asOf }, today)
  const first = notes[0]
  if (first === undefined || !strict) return notes
  const age =
    first.code === 'price-undated' ? 'has no date' : `is of ${offer.asOf}, ${first.args.days} days old`
  throw new UserError(
    'not-found',
    `no fresh price: the ${offer.commitment} price of ${offer.provider} for ${offer.gpu} ${age}, at most ${staleAfterDays[market]} days are allowed`,
    'import new prices with `ftplan prices import`, state one with --price, or leave out --strict-prices',
  )
}
