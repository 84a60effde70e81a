import * as z from 'zod'
import { Spec } from './spec.ts'

const positive = z.number().positive()

/** Only what was measured; empty where the run ended out of memory. */
export const MeasuredFigures = z.strictObject({
  /** Peak of torch max_memory_allocated, per GPU. */
  allocated_gib: positive.optional(),
  /** Peak of torch max_memory_reserved. */
  reserved_gib: positive.optional(),
  /** What nvidia-smi shows: reserved, CUDA context, NCCL. */
  device_gib: positive.optional(),
  /** Where the source does not say which base its GB has, or rounds. Inside the range the error is 0. */
  memory_gib_range: z.tuple([positive, positive]).optional(),
  memory_counter: z.enum(['allocated', 'reserved', 'device', 'unknown']).optional(),
  /** Tokens that the hardware processes, padding included. */
  tokens_per_second_per_gpu: positive.optional(),
  /** One optimizer step, accumulation included. */
  step_seconds: positive.optional(),
  /** One forward and backward of one micro-batch. */
  micro_step_seconds: positive.optional(),
})
export type MeasuredFigures = z.output<typeof MeasuredFigures>

/** The figures under the names that formulas use. */
export const measuredOf = (figures: MeasuredFigures) => ({
  allocatedGib: figures.allocated_gib,
  reservedGib: figures.reserved_gib,
  deviceGib: figures.device_gib,
  memoryGibRange: figures.memory_gib_range,
  memoryCounter: figures.memory_counter,
  tokensPerSecondPerGpu: figures.tokens_per_second_per_gpu,
  stepSeconds: figures.step_seconds,
  microStepSeconds: figures.micro_step_seconds,
})

const Measured = MeasuredFigures.transform(measuredOf)

/** `presets/runs/<source>.yaml`: published runs, each with a fully pinned spec. */
export const RunList = z.strictObject({
  id: z.string(),
  name: z.string(),
  rows: z
    .array(
      z.strictObject({
        id: z.string(),
        /** Rows of one experiment series: errors are averaged inside before they are averaged over groups. */
        group: z.string(),
        url: z.url(),
        /** A: configuration and unit are stated; B: one or two fields are inferred. */
        quality: z.enum(['A', 'B']),
        spec: Spec,
        measured: Measured,
        /** The run ended out of memory: its peak is above the card. */
        oom: z.boolean().default(false),
        note: z.string().optional(),
      }),
    )
    .min(1),
})
export type RunList = z.output<typeof RunList>
export type MeasuredRun = RunList['rows'][number]

/** presets/known-misses.yaml: runs that the formulas miss, and what is known about why. */
export const KnownMisses = z.strictObject({
  rows: z.array(z.strictObject({ runs: z.array(z.string()).min(1), why: z.string() })),
  sources: z.array(z.string()).min(1),
})
export type KnownMisses = z.output<typeof KnownMisses>
