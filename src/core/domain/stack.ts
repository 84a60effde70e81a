import * as z from 'zod'
import { kernelSets, losses } from './spec-values.ts'
import { StackMemory } from './stack-memory.ts'
import { StackTime } from './stack-time.ts'

/** A training framework's habits: what it does with memory and time that the spec does not say. */
export const Stack = z.strictObject({
  id: z.string(),
  name: z.string(),
  summary: z.string(),
  memory: StackMemory,
  time: StackTime,
  /** Choices it makes where the spec says `auto`. */
  defaults: z.strictObject({
    loss: z.enum(losses),
    kernels: z.enum(kernelSets),
    kbit_upcast: z.boolean(),
    reentrant_checkpointing: z.boolean(),
    fsdp: z.enum(['fsdp1', 'fsdp2']),
    /** Precision by method. */
    precision_full: z.string(),
    precision_adapters: z.string(),
  }),
  sources: z.array(z.string()).min(1),
})
export type Stack = z.output<typeof Stack>
