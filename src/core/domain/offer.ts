import * as z from 'zod'
import type { Range } from '../units.ts'

export const commitments = ['on-demand', 'spot', 'reserved'] as const
export type Commitment = (typeof commitments)[number]

export const providerKinds = ['hyperscaler', 'gpu-cloud', 'marketplace'] as const

/** One price row of `presets/prices/<provider>.yaml`: an instance as it is sold. */
export const PriceRow = z.strictObject({
  gpu: z.string(),
  /** GPUs of the instance: the smallest unit that can be rented. */
  count: z.number().int().positive(),
  instance: z.string().nullable(),
  region: z.string().nullable(),
  /** USD for one GPU for one hour on demand, without tax, storage and egress; null when not sold or unknown. */
  usd_per_gpu_hour: z.number().positive().nullable(),
  spot_usd_per_gpu_hour: z.number().positive().nullable(),
  as_of: z.string().nullable(),
  source: z.string(),
  reliability: z.enum(['high', 'medium', 'low']),
  /** Where the spot price is known worse than the on-demand price. */
  spot_reliability: z.enum(['high', 'medium', 'low']).optional(),
  note: z.string().optional(),
})
export type PriceRow = z.output<typeof PriceRow>

export const PriceList = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: z.enum(providerKinds),
  /** The least that a rental is billed, and the step that it is rounded up to. */
  billing: z
    .strictObject({ minimum_seconds: z.number().nonnegative(), increment_seconds: z.number().nonnegative() })
    .optional(),
  rows: z.array(PriceRow),
})
export type PriceList = z.output<typeof PriceList>

/** A price list without its rows: they are checked one by one when a list is imported. */
export const PriceHeader = PriceList.omit({ rows: true }).extend({ rows: z.array(z.unknown()) })
export type PriceHeader = z.output<typeof PriceHeader>

/** How often a provider takes a spot machine back, for each machine and hour that it is held. */
export interface ReclaimRate {
  readonly perHour: Range
  /** What the provider publishes, in words; null when nothing is on file and the rate is assumed. */
  readonly share: string | null
  readonly source: string
}

/** A way to rent one instance type: what a plan is priced with. */
export interface Offer {
  readonly provider: string
  readonly providerKind: (typeof providerKinds)[number]
  readonly gpu: string
  readonly gpuCount: number
  readonly instance: string | null
  readonly region: string | null
  readonly commitment: Commitment
  readonly usdPerGpuHour: number
  /** Cheapest and dearest row of the provider for the same GPUs; absent when there is one price only. */
  readonly usdPerGpuHourRange?: { readonly low: number; readonly high: number }
  readonly billing?: { readonly minimumSeconds: number; readonly incrementSeconds: number }
  readonly asOf: string | null
  readonly source: string
  readonly reliability: 'high' | 'medium' | 'low'
  readonly note: string | null
}
