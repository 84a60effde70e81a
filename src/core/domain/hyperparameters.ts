import * as z from 'zod'
import { Method } from './method.ts'

const { trains } = Method.shape
const sourced = <T extends z.ZodType>(value: T) => z.strictObject({ value, source: z.string() })
const ranged = { low: z.number().positive(), mid: z.number().positive(), high: z.number().positive() }

/** `presets/hyperparameters.yaml`: settings to start from, each with its source. */
export const HyperparameterRules = z
  .strictObject({
    learning_rates: z.array(
      z.strictObject({
        trains,
        algorithm: z.enum(['supervised', 'rewards']),
        ...ranged,
        because: z.string(),
        source: z.string(),
      }),
    ),
    short_run: z.strictObject({
      below_steps: z.number().int().positive(),
      factor: z.number().positive(),
      source: z.string(),
    }),
    ranks: z.array(z.number().int().positive()).min(1),
    reward_rank: z.strictObject({
      value: z.number().int().positive(),
      low: z.number().int().positive(),
      high: z.number().int().positive(),
      source: z.string(),
    }),
    unknown_rank: sourced(z.number().int().positive()),
    alpha_per_rank: sourced(z.number().positive()),
    rank_stabilized_from: sourced(z.number().int().positive()),
    targets: sourced(z.string()),
    epochs: z.array(z.strictObject({ trains, ...ranged, because: z.string(), source: z.string() })),
    warmup_fraction: sourced(z.number().min(0).max(1)),
    largest_adapter_batch: sourced(z.number().int().positive()),
  })
  .transform((rules) => ({
    learningRates: rules.learning_rates,
    shortRun: {
      belowSteps: rules.short_run.below_steps,
      factor: rules.short_run.factor,
      source: rules.short_run.source,
    },
    ranks: rules.ranks.toSorted((a, b) => a - b),
    rewardRank: rules.reward_rank,
    unknownRank: rules.unknown_rank,
    alphaPerRank: rules.alpha_per_rank,
    rankStabilizedFrom: rules.rank_stabilized_from,
    targets: rules.targets,
    epochs: rules.epochs,
    warmupFraction: rules.warmup_fraction,
    largestAdapterBatch: rules.largest_adapter_batch,
  }))
export type HyperparameterRules = z.output<typeof HyperparameterRules>

/** A recommended setting with its usual range and the reason. */
export interface Advice<T> {
  readonly value: T
  readonly low: T
  readonly high: T
  readonly because: string
  readonly source: string
}

export interface Hyperparameters {
  readonly learningRate: Advice<number>
  readonly epochs: Advice<number>
  readonly warmupSteps: Advice<number>
  /** Sequences per optimizer step, at most. Null where no study warns of a large batch. */
  readonly largestBatch: Advice<number> | null
  /** The rest is for adapters only, else null. */
  readonly rank: Advice<number> | null
  readonly alpha: Advice<number> | null
  readonly variant: Advice<'lora' | 'rslora' | 'loftq'> | null
  readonly targets: Advice<string> | null
}
