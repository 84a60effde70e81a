import * as z from 'zod'
import { HardwareEntry } from './spec.ts'

const count = z.number().int().positive()

/** `presets/defaults.yaml`: what the planner assumes where a spec is silent. */
export const DefaultValues = z
  .strictObject({
    examples: count,
    mean_tokens: count,
    max_tokens: count,
    epochs: count,
    global_batch_size: count,
    rank: count,
    stack: z.string(),
    optimizers: z.array(z.string()).min(1),
    hardware: z.array(HardwareEntry).min(1),
    sources: z.array(z.string()).min(1),
  })
  .transform((file) => ({
    examples: file.examples,
    meanTokens: file.mean_tokens,
    maxTokens: file.max_tokens,
    epochs: file.epochs,
    globalBatchSize: file.global_batch_size,
    rank: file.rank,
    stack: file.stack,
    optimizers: file.optimizers,
    hardware: file.hardware,
  }))
export type DefaultValues = z.output<typeof DefaultValues>
