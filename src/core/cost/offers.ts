import type { Commitment, Offer, PriceList, PriceRow } from '../domain/offer.ts'
import { periodOf } from './dates.ts'

/**
 * A spot price that stands in for an unknown one: price lists fill the column with 0, the on-demand price or exactly a tenth of it.
 *
 * @source skypilot-catalog
 */
export function isPlaceholderSpot(spotUsd: number, onDemandUsd: number | null): boolean {
  if (spotUsd <= 0) return true
  if (onDemandUsd === null) return false
  const ratio = spotUsd / onDemandUsd
  return Math.abs(ratio - 1) < 1e-9 || Math.abs(ratio - 0.1) < 1e-9
}

/** Every way to rent that a price list names: on demand and, where a real spot price is known, as spot. */
export function offersOfList(list: PriceList): Offer[] {
  return list.rows.flatMap((row) => {
    const { usd_per_gpu_hour: onDemand, spot_usd_per_gpu_hour: spot } = row
    const offers: Offer[] = []
    if (onDemand !== null) offers.push(offerOf(list, row, 'on-demand', onDemand, row.reliability))
    if (spot !== null && !isPlaceholderSpot(spot, onDemand)) {
      offers.push(offerOf(list, row, 'spot', spot, row.spot_reliability ?? row.reliability))
    }
    return offers
  })
}

const offerOf = (
  list: PriceList,
  row: PriceRow,
  commitment: Commitment,
  usdPerGpuHour: number,
  reliability: Offer['reliability'],
): Offer => ({
  provider: list.id,
  providerKind: list.kind,
  gpu: row.gpu,
  gpuCount: row.count,
  instance: row.instance,
  region: row.region,
  commitment,
  usdPerGpuHour,
  ...(list.billing === undefined
    ? {}
    : {
        billing: {
          minimumSeconds: list.billing.minimum_seconds,
          incrementSeconds: list.billing.increment_seconds,
        },
      }),
  asOf: row.as_of,
  source: row.source,
  reliability,
  note: row.note ?? null,
})

/** GPUs that are paid for one node: whole instances only. */
export const rentedGpusPerNode = (offer: Offer, gpusPerNode: number): number =>
  Math.ceil(gpusPerNode / offer.gpuCount) * offer.gpuCount

/** Words of price lists for "wherever it is sold". */
const everywhere = /^(any|all\b.*|base|cheapest|marketplace|global)$/i

/** Whether a row holds wherever the provider sells. */
export const namesNoRegion = (rowRegion: string | null): boolean =>
  rowRegion === null || everywhere.test(rowRegion)

/** Whether a row is of the region asked for. Lists name single regions, several (`eu-north1/us-central1`) or ranges (`FIN-01..03`). */
export function isInRegion(rowRegion: string | null, wanted: string): boolean {
  if (rowRegion === null || namesNoRegion(rowRegion)) return true
  const want = wanted.toLowerCase()
  return rowRegion
    .toLowerCase()
    .split(/[/,]/)
    .map((part) => part.trim())
    .some((part) => part === want || (part.includes('..') && want.startsWith(part.split('-')[0] ?? part)))
}

const lastDay = (offer: Offer): number =>
  offer.asOf === null ? -Infinity : (periodOf(offer.asOf)?.lastDay ?? -Infinity)

/**
 * Drops prices that a newer one replaced. GPU clouds and marketplaces change their whole list, so that only the newest vintage of a
 * GPU counts; hyperscalers keep on-demand prices for years, so that only the same instance replaces itself. Spot moves everywhere.
 */
function newestVintage(offers: readonly Offer[]): Offer[] {
  const family = ({ providerKind, provider, gpu, commitment, instance, region }: Offer): string =>
    providerKind === 'hyperscaler' && commitment !== 'spot'
      ? `${provider}/${gpu}/${commitment}/${instance}/${region}`
      : `${provider}/${gpu}/${commitment}`
  const newest = new Map<string, number>()
  for (const offer of offers) {
    newest.set(family(offer), Math.max(newest.get(family(offer)) ?? -Infinity, lastDay(offer)))
  }
  return offers.filter((offer) => lastDay(offer) === newest.get(family(offer)))
}

/** Prices from memory or a fixture count only where there is nothing better. */
function mostReliable(offers: readonly Offer[]): readonly Offer[] {
  const known = offers.filter(({ reliability }) => reliability !== 'low')
  return known.length === 0 ? offers : known
}

const cheapest = (offers: readonly Offer[], gpusPerNode: number): Offer | undefined => {
  const nodeUsd = (offer: Offer) => rentedGpusPerNode(offer, gpusPerNode) * offer.usdPerGpuHour
  return offers.reduce<Offer | undefined>(
    (best, one) => (best === undefined || nodeUsd(one) < nodeUsd(best) ? one : best),
    undefined,
  )
}

export interface OfferQuery {
  readonly provider: string
  readonly commitment: Commitment
  readonly region: string | null
  readonly gpusPerNode: number
  /** Chips that are sold one by one in any number (TPU). */
  readonly soldSingly: boolean
  /** Share that a reservation takes off the on-demand price. */
  readonly reservedDiscount: number | null
}

/**
 * The offer that a provider's node of so many GPUs is paid with: the cheapest row of the newest and best known ones. An instance of
 * exactly this size wins; otherwise a larger one is paid whole, or, where GPUs are rented in any number, several smaller ones. A
 * hyperscaler's small instances do not make one large node. Null when nothing is on file.
 */
export function offerFor(offers: readonly Offer[], query: OfferQuery): Offer | null {
  if (query.commitment === 'reserved') return reservedOffer(offers, query)
  const sold = newestVintage(
    offers.filter(
      ({ provider, commitment, region }) =>
        provider === query.provider &&
        commitment === query.commitment &&
        (query.region === null || isInRegion(region, query.region)),
    ),
  )
  const exact = sold.filter(({ gpuCount }) => gpuCount === query.gpusPerNode)
  const possible =
    exact.length > 0
      ? exact
      : sold.filter(
          ({ gpuCount, providerKind }) =>
            gpuCount > query.gpusPerNode || providerKind !== 'hyperscaler' || query.soldSingly,
        )
  const chosen = cheapest(mostReliable(possible), query.gpusPerNode)
  return chosen === undefined ? null : withRange(chosen, possible)
}

/** Adds what the provider's other rows of the same size cost: the cheapest is not always to be had. */
function withRange(chosen: Offer, possible: readonly Offer[]): Offer {
  const prices = possible
    .filter(({ gpuCount }) => gpuCount === chosen.gpuCount)
    .map(({ usdPerGpuHour }) => usdPerGpuHour)
  const low = Math.min(...prices)
  const high = Math.max(...prices)
  return low === high ? chosen : { ...chosen, usdPerGpuHourRange: { low, high } }
}

/** A reservation costs what the user says that it takes off the on-demand price: contracts are not on file. */
function reservedOffer(offers: readonly Offer[], query: OfferQuery): Offer | null {
  if (query.reservedDiscount === null) return null
  const onDemand = offerFor(offers, { ...query, commitment: 'on-demand' })
  if (onDemand === null) return null
  const share = 1 - query.reservedDiscount
  const range = onDemand.usdPerGpuHourRange
  return {
    ...onDemand,
    commitment: 'reserved',
    usdPerGpuHour: onDemand.usdPerGpuHour * share,
    ...(range === undefined
      ? {}
      : { usdPerGpuHourRange: { low: range.low * share, high: range.high * share } }),
  }
}
