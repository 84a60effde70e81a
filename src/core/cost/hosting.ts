import type { CostInput } from '../domain/bill.ts'
import type { Offer } from '../domain/offer.ts'
import type { Hardware } from '../domain/plan.ts'
import type { Sink } from '../term.ts'
import { powerOf } from './energy.ts'
import { offerFor } from './offers.ts'
import { STATED } from './price-age.ts'
import { depreciationUsdPerHour, rentedGpus, usdPerGpuHour } from './rates.ts'
import type { Level } from './run-seconds.ts'

/** Share of a card that a server gives to weights and cache (the default of vLLM). @source vllm-engine-arguments */
const SERVING_MEMORY_FRACTION = 0.9

/**
 * Cards that hold the weights of the result.
 *
 *   cards = ⌈serving bytes / (0.9 · bytes of a card)⌉
 *
 * It says that the weights fit; how many requests a second they serve is not part of the plan.
 */
function servingGpus({ artifacts, hardware }: CostInput): number {
  return Math.max(1, Math.ceil(artifacts.servingBytes / (SERVING_MEMORY_FRACTION * hardware.capacityBytes)))
}

/**
 * How the cards that serve are rented: the provider's cheapest instance of the same card that has enough of them, on demand. Where
 * nothing is on file it is the instance that trained.
 */
function servingOffer(hardware: Hardware, needed: number): Offer | null {
  const { siblings, offer, gpu, region } = hardware
  if (offer === null || offer.source === STATED) return offer
  const query = {
    provider: offer.provider,
    commitment: 'on-demand' as const,
    gpusPerNode: needed,
    soldSingly: gpu.vendor === 'google',
    reservedDiscount: null,
  }
  return offerFor(siblings, { ...query, region }) ?? offerFor(siblings, { ...query, region: null }) ?? offer
}

/** Cards that are paid: whole instances; where the user states a price for a card, as many as are needed. */
const paidGpus = (offer: Offer, needed: number): number =>
  offer.source === STATED ? needed : rentedGpus(offer, needed, 1)

/**
 * Serving the result for a month on the smallest machine of the same card that holds it.
 *
 *   usd = hours a month · cards that are rented · USD per card and hour
 */
export function addHosting(sink: Sink, input: CostInput, level: Level): void {
  const hours = input.options.deployment?.hoursPerMonth ?? 0
  if (hours === 0) return
  const needed = servingGpus(input)
  const offer = servingOffer(input.hardware, needed)
  if (offer === null) {
    addOwnHosting(sink, input, { hours, needed, level })
    return
  }
  const gpus = paidGpus(offer, needed)
  const price = usdPerGpuHour(offer, level)
  sink.add(
    'hosting/month',
    hours * gpus * price,
    () =>
      `${hours} h a month · ${gpus} GPUs${offer.instance === null ? '' : ` of ${offer.instance}`} (weights need ${needed}) · ${price} USD per GPU and hour`,
    offer.source,
  )
}

/** On own cards: their share of the electricity and of the depreciation. */
function addOwnHosting(
  sink: Sink,
  input: CostInput,
  { hours, needed, level }: { readonly hours: number; readonly needed: number; readonly level: Level },
): void {
  const { hardware, options } = input
  const kilowatts = (powerOf(input, level)?.watts ?? 0) / 1000
  const usdPerHour = kilowatts * (options.ownership.usdPerKwh ?? 0) + depreciationUsdPerHour(input)
  sink.add(
    'hosting/month',
    hours * (needed / hardware.gpuCount) * usdPerHour,
    () =>
      `${hours} h a month · ${needed} of ${hardware.gpuCount} own GPUs · ${usdPerHour.toPrecision(4)} USD an hour`,
    'spec',
  )
}
