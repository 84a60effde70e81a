import * as z from 'zod'

/** How far a price of a fine-tuning service can be relied on. */
const apiStatuses = ['verified', 'secondary', 'example_only', 'unverified'] as const
export type ApiStatus = (typeof apiStatuses)[number]

const apiAlgorithms = ['sft', 'dpo', 'rft'] as const
export type ApiAlgorithm = (typeof apiAlgorithms)[number]

const usd = z.union([
  z.number().nonnegative(),
  z.strictObject({ low: z.number().nonnegative(), high: z.number().positive() }),
])

/** Which models a row speaks of. Sizes are in billions of parameters, `over` exclusive and `up_to` inclusive. */
const Models = z.union([
  z.literal('any'),
  z.strictObject({ over: z.number().nonnegative().optional(), up_to: z.number().positive().optional() }),
  z.strictObject({ ids: z.array(z.string()).min(1) }),
  /** Beginnings of model ids, mixtures of experts only. */
  z.strictObject({ families: z.array(z.string()).min(1) }),
])

export const ApiRow = z.strictObject({
  /** The provider's own word for the models, as printed. */
  class: z.string(),
  models: Models,
  kind: z.enum(['training', 'hosting', 'storage', 'inference', 'discount']),
  /** What trains; null when the provider does not say. */
  trains: z.enum(['adapters', 'all']).nullable(),
  algorithms: z.array(z.enum(apiAlgorithms)),
  /** A price, or the range that is known; null where the note says what is known. */
  usd: usd.nullable(),
  unit: z.enum([
    'million-training-tokens',
    'million-tokens',
    'hour',
    'gpu-hour',
    'model-month',
    'multiplier',
  ]),
  /** GPU of a price per GPU and hour. */
  gpu: z.string().nullable(),
  as_of: z.string().nullable(),
  status: z.enum(apiStatuses),
  source: z.string(),
  note: z.string().optional(),
})
export type ApiRow = z.output<typeof ApiRow>

/** A service that fine-tunes for a price per token: `presets/apis/<provider>.yaml`. */
export const Api = z.strictObject({
  id: z.string(),
  name: z.string(),
  billing: z.strictObject({
    /** `tokens`: those of the data; `rows-at-max-length`: without packing every example counts as the longest allowed. */
    counts: z.enum(['tokens', 'rows-at-max-length']),
    evaluation_tokens: z.boolean(),
    failed_runs: z.boolean(),
    minimum_usd: z.number().nonnegative(),
    minimum_minutes: z.number().nonnegative(),
    /** The rule in words. */
    rule: z.string(),
    source: z.string(),
  }),
  rows: z.array(ApiRow).min(1),
})
export type Api = z.output<typeof Api>
