import * as z from 'zod'
import { methodIds } from './method.ts'
import { commitments } from './offer.ts'
import { Training } from './spec-training.ts'
import {
  count,
  fraction,
  levels,
  needs,
  nonNegative,
  objectives,
  oneOrMore,
  positive,
  word,
} from './spec-values.ts'

const Dataset = z.strictObject({
  examples: count.optional(),
  /** Tokens of one example. */
  tokens: z
    .strictObject({ mean: positive.optional(), p95: positive.optional(), max: positive.optional() })
    .optional(),
  /** A JSONL file to measure the two keys above from. */
  path: word.optional(),
  epochs: z.number().positive().max(1000).optional(),
  packing: z.union([z.boolean(), z.literal('padding-free')]).optional(),
})

export const HardwareEntry = z.strictObject({
  gpu: oneOrMore(word),
  /** GPUs of one node. */
  count: oneOrMore(count.max(1024)).optional(),
  nodes: oneOrMore(count.max(10000)).optional(),
  owned: z.boolean().optional(),
  provider: oneOrMore(word).optional(),
  commitment: oneOrMore(z.enum(commitments)).optional(),
  region: word.optional(),
  /** Replaces the price on file. */
  usd_per_gpu_hour: positive.optional(),
  /** Share that a reservation takes off the on-demand price. */
  reserved_discount: fraction.optional(),
  memory_gib: positive.max(100_000).optional(),
  interconnect: word.optional(),
  interconnect_gb_per_s: positive.optional(),
  inter_node_gb_per_s: positive.optional(),
})
export type HardwareEntry = z.output<typeof HardwareEntry>

const Stage = z.strictObject({
  method: z.enum(methodIds),
  examples: count,
  gate: z
    .strictObject({
      metric: word.optional(),
      /** Score to reach, absolute or as a share of full fine-tuning. */
      target: fraction,
      eval_items: count.optional(),
      pass_probability: fraction.optional(),
    })
    .optional(),
})

const Costs = z.strictObject({
  setup_hours: nonNegative.max(10_000).optional(),
  failed_run_fraction: nonNegative.max(100).optional(),
  storage: z
    .union([z.boolean(), z.strictObject({ usd_per_gb_month: nonNegative, months: nonNegative.optional() })])
    .optional(),
  egress: z.union([z.boolean(), z.strictObject({ usd_per_gb: nonNegative })]).optional(),
  experiments: count.max(100_000).optional(),
})

const Ownership = z.strictObject({
  purchase_usd: nonNegative.optional(),
  lifetime_years: positive.max(100).optional(),
  hours_per_year: positive.max(8784).optional(),
  watts: positive.max(1e6).optional(),
  pue: z.number().min(1).max(10).optional(),
  usd_per_kwh: nonNegative.max(100).optional(),
  co2_g_per_kwh: nonNegative.max(10_000).optional(),
})

/** The whole spec. Strict: an unknown key is an error. Omitted keys have the documented defaults. */
export const Spec = z.strictObject({
  version: z.literal(1).optional(),
  /** Preset id, Hugging Face id, path of a config.json, or the config itself. */
  model: z
    .union([word, z.strictObject({ config: z.record(z.string(), z.unknown()), id: word.optional() })])
    .optional(),
  dataset: Dataset.optional(),
  training: Training.optional(),
  hardware: z.union([HardwareEntry, z.array(HardwareEntry).min(1)]).optional(),
  budget: z
    .strictObject({
      usd: nonNegative.optional(),
      hours: nonNegative.optional(),
      level: z.enum(levels).optional(),
    })
    .optional(),
  quality: z
    .strictObject({
      min_retention: fraction.optional(),
      basis: z.enum(['low', 'mid']).optional(),
      base_score: nonNegative.optional(),
      full_score: positive.optional(),
      level: z.enum(levels).optional(),
    })
    .optional(),
  objective: z.enum(objectives).optional(),
  needs: z.array(z.enum(needs)).optional(),
  search: z
    .strictObject({ trials: count.max(100_000), strategy: z.enum(['full', 'successive-halving']).optional() })
    .optional(),
  stages: z.array(Stage).min(1).optional(),
  federated: z.strictObject({ clients: count, rounds: count }).optional(),
  evaluation: z
    .strictObject({
      examples: count.optional(),
      every_steps: count.optional(),
      generate: z.boolean().optional(),
    })
    .optional(),
  checkpoints: z.strictObject({ every_steps: count.optional(), keep: count.optional() }).optional(),
  deployment: z
    .strictObject({
      adapters: count.optional(),
      hours_per_month: nonNegative.max(744).optional(),
      versions: count.optional(),
    })
    .optional(),
  costs: Costs.optional(),
  ownership: Ownership.optional(),
  selection: z
    .strictObject({
      weights: z
        .strictObject({
          cost: nonNegative.optional(),
          time: nonNegative.optional(),
          quality: nonNegative.optional(),
        })
        .optional(),
      risk: z.enum(['high', 'medium']).optional(),
    })
    .optional(),
})
export type Spec = z.output<typeof Spec>

/** Where a value of the resolved spec came from. */
export type Origin = 'flag' | 'env' | 'file' | 'preset' | 'default' | 'auto'
