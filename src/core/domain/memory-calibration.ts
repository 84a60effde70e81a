import * as z from 'zod'
import { Factors } from './constant.ts'

const amount = z.number().nonnegative().max(100)

/** How the caching allocator's total rises above what is allocated. */
const allocator = {
  /** Blocks that are always cached or cut to size. */
  constant_gib: amount,
  /** Share of the 16-bit logits, where logits exist. */
  logits: amount,
  /** Share of everything that comes and goes in a step. */
  activations: amount,
  /** More than one GPU. */
  parallel_gib: amount,
  /** Share of the unsharded weights that train, where they are sharded: gathered units leave blocks that nothing else fits. */
  gathered: amount,
} as const

const outside = {
  /** CUDA context and libraries of one process. */
  context_gib: amount,
  /** Buffers of the collectives, more than one GPU. */
  collectives_gib: amount,
} as const

const counters = {
  allocated: Factors,
  reserved: Factors,
  device: Factors,
  required: Factors,
} as const

/** presets/calibration/memory.yaml: the steps from what tensors take to what the card shows, fitted to measured runs. */
export const MemoryCalibration = z.strictObject({
  /** Values of a stack that no run speaks of. */
  generic: z.strictObject({ ...allocator, ...outside }),
  stacks: z.record(z.string(), z.strictObject({ ...allocator, ...outside }).partial()),
  /** The largest unsharded weights that train in a measured run: the share is not carried beyond what was seen. */
  gathered_limit_gib: amount,
  /** Memory that stays free on a full card: the allocator gives cached blocks back before it goes further. */
  kept_free_gib: amount,
  /**
   * What the allocator cannot give back when the card is full: always, as a share of what comes and goes, and of the blocks of gathered units.
   */
  unreclaimable: z.strictObject({
    constant_gib: amount,
    activations: z.number().min(0).max(1),
    gathered: z.number().min(0).max(1),
  }),
  ranges: z.strictObject({
    generic: z.strictObject(counters),
    stacks: z.record(z.string(), z.strictObject(counters).partial()),
  }),
  measured: z.strictObject({ stacks: z.array(z.string()) }),
  sources: z.array(z.string()).min(1),
})
export type MemoryCalibration = z.output<typeof MemoryCalibration>
export type MemoryCoefficients = MemoryCalibration['generic']
export type MemoryCounter = keyof MemoryCalibration['ranges']['generic']
