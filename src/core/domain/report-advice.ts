import * as z from 'zod'
import { memoryTerm } from './report-terms.ts'

const advice = <T extends z.ZodType>(value: T) =>
  z.object({ value, low: value, high: value, because: z.string(), source: z.string() })

/** Settings to start from, each with its usual range, reason and source. */
export const HyperparametersReport = z.object({
  learningRate: advice(z.number()),
  epochs: advice(z.number()),
  warmupSteps: advice(z.number()),
  /** Sequences per optimizer step, at most; null where no study warns of a large batch. */
  largestBatch: advice(z.number()).nullable(),
  /** The rest is for adapters only, else null. */
  rank: advice(z.number()).nullable(),
  alpha: advice(z.number()).nullable(),
  variant: advice(z.string()).nullable(),
  targets: advice(z.string()).nullable(),
})
export type HyperparametersReport = z.output<typeof HyperparametersReport>

/** What serving, storing and comparing the result of a plan takes. */
export const DeploymentReport = z.object({
  /** One adapter on disk; null without adapters. */
  adapterBytes: z.number().nullable(),
  /** A 16-bit checkpoint with the adapters merged in, or the trained model itself. */
  mergedBytes: z.number(),
  mergeNeedsOriginal: z.boolean(),
  /** Adapters that share one base in memory; 0 without adapters. */
  adapterCount: z.number().int(),
  servingBytes: z.number(),
  /** Their sum is servingBytes. */
  servingTerms: z.array(memoryTerm),
  /** Tokens of all sequences in flight that the key-value cache is counted for. */
  cachedTokens: z.number(),
  cacheBytesPerToken: z.number(),
  storage: z.object({
    versions: z.number().int(),
    /** Everything that must be kept to roll back to any version. */
    bytes: z.number(),
    bytesPerVersion: z.number(),
    usdPerMonth: z.number().nullable(),
    usdPerVersionMonth: z.number().nullable(),
    /** Whose price it is, and where it is from; null when none is on file. */
    basis: z.string().nullable(),
    source: z.string().nullable(),
  }),
  /** Test items that an A/B comparison of two versions needs to see a difference. */
  comparison: z.object({
    score: z.number(),
    /** No score was stated: 0.5, which needs the most items, is taken. */
    isScoreAssumed: z.boolean(),
    /** Share of items that the two versions answer differently. */
    rows: z.array(
      z.object({
        difference: z.number(),
        paired: z.number().int(),
        unpaired: z.number().int(),
        disagreement: z.number(),
      }),
    ),
  }),
})
export type DeploymentReport = z.output<typeof DeploymentReport>

/** Bytes that federated fine-tuning sends, and what they cost. */
export const FederatedReport = z.object({
  clients: z.number().int(),
  rounds: z.number().int(),
  bytesPerRound: z.number(),
  totalBytes: z.number(),
  /** Their sum is totalBytes. */
  terms: z.array(memoryTerm),
  /** Of what leaves the provider's network; null when no egress price is known. */
  usd: z.number().nullable(),
  basis: z.string().nullable(),
})
export type FederatedReport = z.output<typeof FederatedReport>

/** A mixture of adapters: all are held, a router picks some for each token. */
export const MixtureReport = z.object({
  adapterCount: z.number().int(),
  activeCount: z.number().int(),
  parameters: z.number(),
  routerParameters: z.number(),
  activeParameters: z.number(),
  flopsPerToken: z.number(),
})
export type MixtureReport = z.output<typeof MixtureReport>

/** Another formula for the memory of a plan, beside ours. */
export const BaselineReport = z.object({
  name: z.string(),
  totalBytes: z.number(),
  /** Their sum is totalBytes. */
  terms: z.array(memoryTerm),
})
export type BaselineReport = z.output<typeof BaselineReport>
