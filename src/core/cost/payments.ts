import type { Gpu } from '../domain/gpu.ts'
import type { Commitment, Offer, ReclaimRate } from '../domain/offer.ts'
import type { HardwareEntry } from '../domain/spec.ts'
import { offerFor } from './offers.ts'
import { STATED } from './price-age.ts'

/** A way to pay for hardware: own cards, a price row, or a provider without a price on file. */
export interface HardwarePayment {
  readonly owned: boolean
  readonly provider: string | null
  readonly commitment: Commitment | null
  readonly region: string | null
  readonly offer: Offer | null
  /** Null unless the machines are spot. */
  readonly reclaims: ReclaimRate | null
  /** Everything that the provider rents out with this card on demand. */
  readonly siblings: readonly Offer[]
}

/** What a provider rents out on demand; to who reserves, for less. Nobody serves a result from machines that are taken back. */
function siblingsOf(
  offers: readonly Offer[],
  provider: string | null,
  commitment: Commitment,
  discount: number,
): readonly Offer[] {
  const onDemand = offers.filter((one) => one.provider === provider && one.commitment === 'on-demand')
  if (commitment !== 'reserved') return onDemand
  return onDemand.map((one) => ({ ...one, usdPerGpuHour: one.usdPerGpuHour * (1 - discount) }))
}

const listOf = <T>(value: T | readonly T[] | undefined, fallback: readonly T[]): readonly T[] =>
  value === undefined ? fallback : Array.isArray(value) ? value : [value as T]

/** The price that the user states himself, per GPU and hour. */
const statedOffer = (
  entry: HardwareEntry,
  gpuId: string,
  gpusPerNode: number,
  usdPerGpuHour: number,
  provider: string | null,
  commitment: Commitment,
): Offer => ({
  provider: provider ?? 'stated',
  providerKind: 'gpu-cloud',
  gpu: gpuId,
  gpuCount: gpusPerNode,
  instance: null,
  region: entry.region ?? null,
  commitment,
  usdPerGpuHour,
  asOf: null,
  source: STATED,
  reliability: 'high',
  note: null,
})

/**
 * The ways to pay for one hardware entry: one for each provider and commitment, with the price that the spec states, else the
 * cheapest typical one on file. Providers that the spec names stay in the list without a price; others need one.
 */
export function paymentsFor(
  entry: HardwareEntry,
  gpu: Gpu,
  gpusPerNode: number,
  offers: readonly Offer[],
): readonly HardwarePayment[] {
  const region = entry.region ?? null
  const stated = entry.usd_per_gpu_hour
  const named = listOf(entry.provider, [])
  if (entry.owned === true) {
    const offer =
      stated === undefined ? null : statedOffer(entry, gpu.id, gpusPerNode, stated, null, 'on-demand')
    return [{ owned: true, provider: null, commitment: null, region, offer, reclaims: null, siblings: [] }]
  }
  const commitments = listOf<Commitment>(entry.commitment, ['on-demand'])
  const payment = (provider: string | null, commitment: Commitment): HardwarePayment => {
    const offer =
      stated !== undefined
        ? statedOffer(entry, gpu.id, gpusPerNode, stated, provider, commitment)
        : provider === null
          ? null
          : offerFor(offers, {
              provider,
              commitment,
              region,
              gpusPerNode,
              soldSingly: gpu.vendor === 'google',
              reservedDiscount: entry.reserved_discount ?? null,
            })
    return {
      owned: false,
      provider,
      commitment,
      region: region ?? offer?.region ?? null,
      offer,
      reclaims: null,
      siblings: siblingsOf(offers, provider, commitment, entry.reserved_discount ?? 0),
    }
  }
  const pay = (providers: readonly (string | null)[]) =>
    providers.flatMap((provider) => commitments.map((commitment) => payment(provider, commitment)))
  if (named.length > 0) return pay(named)
  if (stated !== undefined) return pay([null])
  const sellers = [...new Set(offers.map(({ provider }) => provider))]
  const priced = pay(sellers).filter(({ offer }) => offer !== null)
  return priced.length > 0 ? priced : pay([null])
}
