import * as z from 'zod'
import { Api } from './api.ts'
import { PriceList, providerKinds } from './offer.ts'

/** How price lists of others name cards and machines: `presets/gpu-names.yaml`. */
export const GpuNames = z.strictObject({
  /** First match wins. `instance` and `name` are compared without case and separators; `instance` is a beginning. */
  names: z.array(
    z.strictObject({
      provider: z.string(),
      name: z.string(),
      instance: z.string().optional(),
      gpu: z.string(),
      source: z.string(),
    }),
  ),
  /** Providers whose catalogue states the memory of all cards of a machine, rightly enough to tell variants apart. */
  total_memory_providers: z.array(z.string()),
  total_memory_source: z.string(),
  /** Machines that carry a card which Google lists without them. */
  google_hosts: z.array(
    z.strictObject({ name: z.string(), count: z.number().int().positive(), instance: z.string() }),
  ),
  google_hosts_source: z.string(),
  /** Kinds of providers without a price list of their own. */
  provider_kinds: z.record(z.string(), z.enum(providerKinds)),
  provider_kinds_source: z.string(),
  /** Names that other lists use for a provider. */
  provider_aliases: z.record(z.string(), z.string()),
  provider_aliases_source: z.string(),
})
export type GpuNames = z.output<typeof GpuNames>

/** `latest.json` of the gpu-rental-prices data set; only what is read. */
export const RentalPrices = z.object({
  date: z.string(),
  offers: z.array(z.unknown()),
})

export const RentalOffer = z.object({
  provider: z.string(),
  gpu: z.string(),
  vram_gb: z.number().positive(),
  usd_hr: z.number(),
  kind: z.string(),
  min_gpus: z.number().int().positive().optional(),
})
export type RentalOffer = z.output<typeof RentalOffer>

/** Prices as they were on one day, for builds that must give the same answer tomorrow. */
export const PriceLock = z.strictObject({
  version: z.literal(1),
  date: z.string(),
  presets_version: z.string(),
  prices: z.array(PriceList),
  /** Services that fine-tune for a price per token. */
  apis: z.array(Api),
})
export type PriceLock = z.output<typeof PriceLock>
