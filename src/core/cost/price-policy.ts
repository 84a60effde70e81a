import type { Gpu } from '../domain/gpu.ts'
import type { Offer } from '../domain/offer.ts'
import type { HardwareEntry } from '../domain/spec.ts'
import { UserError } from '../errors.ts'
import { isWithinDays } from './dates.ts'
import type { HardwarePayment } from './payments.ts'
import { priceAgeNotes, STATED, whereSold } from './price-age.ts'

/** How prices are treated, as the command line says it. */
export interface PriceRules {
  /** USD per GPU-hour instead of the price on file, by GPU id; `*` for every GPU. */
  readonly overrides: Readonly<Record<string, number>>
  /** A price that is missing, undated or old is an error. */
  readonly strict: boolean
  /** Prices older than this many days, or undated, are not used; null: all are, with a note. */
  readonly maxAgeDays: number | null
}

export type Payments = (
  entry: HardwareEntry,
  gpu: Gpu,
  gpusPerNode: number,
  offers: readonly Offer[],
) => readonly HardwarePayment[]

const isYoungEnough = ({ source, asOf }: Offer, today: string, maxAgeDays: number | null): boolean =>
  maxAgeDays === null || source === STATED || isWithinDays(asOf, today, maxAgeDays)

/** Ways to pay under the rules of the command line: prices given there win over the spec and the price lists. */
export const pricedBy =
  (payments: Payments, rules: PriceRules, today: string): Payments =>
  (entry, gpu, gpusPerNode, offers) => {
    const override = entry.owned === true ? undefined : (rules.overrides[gpu.id] ?? rules.overrides['*'])
    const stated = override === undefined ? entry : { ...entry, usd_per_gpu_hour: override }
    const usable = offers.filter((offer) => isYoungEnough(offer, today, rules.maxAgeDays))
    const found = payments(stated, gpu, gpusPerNode, usable)
    if (rules.strict) for (const payment of found) checkStrictly(payment, gpu, today)
    return found
  }

function checkStrictly(
  { owned, offer, provider, region, commitment }: HardwarePayment,
  gpu: Gpu,
  today: string,
): void {
  if (offer !== null) {
    priceAgeNotes(offer, today, true)
  } else if (!owned) {
    throw new UserError(
      'not-found',
      `no price is on file for ${gpu.id}${whereSold(provider, region, commitment)}`,
      'import prices with `ftplan prices import`, state one with --price, or leave out --strict-prices',
    )
  }
}
