import * as z from 'zod'
import { GB } from '../units.ts'
import type { TimeEstimate } from './estimates.ts'
import { providerKinds } from './offer.ts'
import type { Hardware } from './plan.ts'

const price = z.number().nonnegative()
const provenance = {
  as_of: z.string().nullable(),
  source: z.string(),
  reliability: z.enum(['high', 'medium', 'low']),
  note: z.string().optional(),
}

/** Prices and rates around the GPUs themselves: `presets/market.yaml`. */
export const Market = z
  .strictObject({
    storage: z.array(
      z.strictObject({
        id: z.string(),
        provider: z.string(),
        /** `object` storage holds checkpoints; `block` and `file` are disks of a machine. */
        kind: z.enum(['object', 'block', 'file']),
        usd_per_gb_month: price,
        ...provenance,
      }),
    ),
    egress: z.array(
      z.strictObject({
        id: z.string(),
        /** A provider, or null with the kinds of provider that the row speaks of. */
        provider: z.string().nullable(),
        kinds: z.array(z.enum(providerKinds)),
        usd_per_gb: price,
        free_gb_per_month: price,
        ...provenance,
      }),
    ),
    /** What a machine draws: share of the GPUs' rated power under training load, and the host beside them. */
    power: z.strictObject({
      gpu_utilization: z.strictObject({ low: z.number(), mid: z.number(), high: z.number() }),
      host_fraction: z.strictObject({ low: z.number(), mid: z.number(), high: z.number() }),
      pue: z.strictObject({
        hyperscaler: z.number().min(1),
        'gpu-cloud': z.number().min(1),
        marketplace: z.number().min(1),
        owned: z.number().min(1),
      }),
      source: z.string(),
    }),
    carbon: z.strictObject({
      /** Grams of CO2 per kWh by `provider:region`. */
      regions: z.record(z.string(), z.strictObject({ g_per_kwh: price, source: z.string() })),
      /** By ISO 3166 alpha-3 code. */
      countries: z.record(z.string(), price),
      country_source: z.string(),
      /** Country of a region name, or of its beginning, where the provider publishes no rate. */
      region_countries: z.record(z.string(), z.string()),
    }),
    spot_interruption: z.strictObject({
      rows: z.array(
        z.strictObject({
          provider: z.string(),
          region: z.string(),
          instance: z.string(),
          /** Share of the capacity that was reclaimed in the trailing month; `high` null when the source says "more than". */
          monthly: z.strictObject({
            low: z.number().min(0).max(1),
            high: z.number().min(0).max(1).nullable(),
          }),
        }),
      ),
      /** Where the source says "more than": the shares that are taken for it. */
      open_share: z.strictObject({ mid: z.number().min(0).max(1), high: z.number().min(0).max(1) }),
      /** Hours that a machine is held where a share of machines was taken back within a month. */
      held_hours: z.strictObject({ low: z.number(), mid: z.number(), high: z.number() }),
      /** Reclaims of a machine and hour where nothing is on file. */
      assumed_per_hour: z.strictObject({ low: price, mid: price, high: price }),
      assumed_source: z.string(),
      as_of: z.string().nullable(),
      source: z.string(),
    }),
  })
  .transform((market) => ({
    storage: market.storage.map(({ usd_per_gb_month, ...row }) => ({
      ...row,
      usdPerByteMonth: usd_per_gb_month / GB,
    })),
    egress: market.egress.map(({ usd_per_gb, free_gb_per_month, ...row }) => ({
      ...row,
      usdPerByte: usd_per_gb / GB,
      freeBytes: free_gb_per_month * GB,
    })),
    power: market.power,
    carbon: market.carbon,
    spotInterruption: market.spot_interruption,
  }))
export type Market = z.output<typeof Market>

/** What the user says about money, defaults applied (`costs`, `search`, `deployment`, `ownership` of the spec). */
export interface CostOptions {
  /** Hours that the hardware is rented to set up and debug before the first run. */
  readonly setupHours: number
  /** Runs that fail and are paid, for each run that succeeds. */
  readonly failedRunFraction: number
  /** Complete runs: data variants, seeds, ablations. */
  readonly experiments: number
  readonly search: { readonly trials: number; readonly strategy: 'full' | 'successive-halving' } | null
  /** False: not counted. A null price is looked up. */
  readonly storage: false | { readonly usdPerGbMonth: number | null; readonly months: number }
  readonly egress: false | { readonly usdPerGb: number | null }
  readonly deployment: {
    readonly adapters: number
    readonly hoursPerMonth: number
    readonly versions: number
  } | null
  readonly ownership: Ownership
}

/** The user's figures for hardware of his own: one machine with all its GPUs. Null is not stated. */
interface Ownership {
  readonly purchaseUsd: number | null
  readonly lifetimeYears: number | null
  readonly hoursPerYear: number | null
  /** Of one machine under training load, everything included. */
  readonly watts: number | null
  readonly pue: number | null
  readonly usdPerKwh: number | null
  readonly co2GramsPerKwh: number | null
}

/** What a run leaves on disk. */
export interface Artifacts {
  /** One checkpoint to continue from: weights or adapters, and optimizer states. */
  readonly checkpointBytes: number
  readonly keptCheckpoints: number
  /** What is taken home: the adapters, or the whole model. */
  readonly resultBytes: number
  /** Weights that a server of the result holds in memory, all adapters included. */
  readonly servingBytes: number
}

/** All that the bill of a plan is made from. */
export interface CostInput {
  readonly time: TimeEstimate
  readonly hardware: Hardware
  readonly options: CostOptions
  readonly market: Market
  readonly artifacts: Artifacts
  /** Day of the estimate, `2026-11-24`: old prices get a note. Null: prices are not dated. */
  readonly asOf: string | null
}
