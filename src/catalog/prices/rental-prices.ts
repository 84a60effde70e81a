import type { PriceRow } from '../../core/domain/offer.ts'
import { RentalOffer, RentalPrices } from '../../core/domain/price-import.ts'
import { UserError } from '../../core/errors.ts'
import { type PriceContext, providerId, reliabilityOf } from './context.ts'
import { absurdity, PriceCollector, type ReadPrices, type Refusal } from './findings.ts'

/** Kinds of offers that train a model for hours; `serverless` and the like bill otherwise. */
const commitmentOf: Readonly<Record<string, 'on-demand' | 'spot'>> = {
  'on-demand': 'on-demand',
  secure: 'on-demand',
  community: 'on-demand',
  marketplace: 'on-demand',
  spot: 'spot',
}

/**
 * Reads `latest.json` of the gpu-rental-prices data set: a price per GPU and hour for many providers on one day. Prices of Google are
 * left out: the set lists the cards without the machines that carry them.
 *
 * @source gpu-rental-prices
 */
export function readRentalPrices(data: unknown, context: PriceContext): ReadPrices {
  const set = RentalPrices.safeParse(data)
  if (!set.success) {
    throw new UserError(
      'invalid-spec',
      `${context.fileName} is no price list that is known`,
      'it has no date and offers',
    )
  }
  const found = new PriceCollector()
  const wanted = context.provider === null ? null : providerId(context.provider, context)
  for (const [index, one] of set.data.offers.entries()) {
    const place = index + 1
    const offer = RentalOffer.safeParse(one)
    if (!offer.success) {
      found.refuse(place, {
        wrong: `${offer.error.issues[0]?.path.join('.') ?? 'a key'} is missing or wrong`,
      })
      continue
    }
    const provider = providerId(offer.data.provider, context)
    if (wanted !== null && provider !== wanted) continue
    const row = rowOf(offer.data, provider, set.data.date, context)
    if ('gpu' in row) found.price(place, provider, row)
    else found.refuse(place, row)
  }
  return { format: 'gpu-rental-prices', prices: found.prices, findings: found.findings }
}

function rowOf(
  offer: RentalOffer,
  provider: string,
  date: string,
  context: PriceContext,
): PriceRow | Refusal {
  const commitment = commitmentOf[offer.kind]
  if (commitment === undefined) return { skipped: `an offer of kind ${offer.kind}` }
  if (provider === 'gcp') return { skipped: 'a card of gcp without the machine that carries it' }
  const wrong = absurdity(offer.usd_hr)
  if (wrong !== null) return wrong
  const card = context.namer.card({ provider, name: offer.gpu, instance: '', memoryGib: offer.vram_gb })
  if ('wrong' in card) return { wrong: `${provider}: ${card.wrong}` }
  return {
    gpu: card.gpu,
    count: offer.min_gpus ?? 1,
    instance: offer.kind === 'on-demand' || offer.kind === 'spot' ? null : offer.kind,
    region: null,
    usd_per_gpu_hour: commitment === 'on-demand' ? offer.usd_hr : null,
    spot_usd_per_gpu_hour: commitment === 'spot' ? offer.usd_hr : null,
    as_of: context.asOf ?? date,
    source: 'gpu-rental-prices',
    reliability: offer.kind === 'community' ? 'low' : reliabilityOf(provider, context),
  }
}
