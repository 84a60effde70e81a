import * as z from 'zod'
import { Constant } from './constant.ts'

/** Shares of a forward pass that the backward pass repeats under selective checkpointing. */
const Recomputed = z.strictObject({
  linears: z.number().min(0).max(1),
  attention: z.number().min(0).max(1),
  elements: z.number().min(0).max(1),
})

/** Every habit of a stack that changes speed, and its calibrated constants. */
const habits = {
  /** Norms, rotary and activations are fused kernels also where `kernels` is `none`. */
  fused_elements: z.boolean(),
  /** Multiplier on the counted bytes of element-wise operations. */
  element_bytes: Constant,
  /** Attention efficiency of the stack's kernel, as a multiple of the GPU generation's. */
  attention_speed: Constant,
  /** Efficiency of the stack's linear layers, as a multiple of the GPU generation's. */
  linear_speed: Constant,
  /** Host time for each operation: Python, dispatch and kernel launch. */
  host_seconds_per_operation: Constant,
  /** Fixed host time of an optimizer step: data loading, logging, synchronisation. */
  step_seconds: Constant,
  /** Share of the traffic of sharded data parallelism that computation does not hide. */
  exposed_shard: Constant,
  /** Share of tensor-parallel traffic that computation does not hide. */
  exposed_tensor: Constant,
  /** What FSDP wraps into one unit when adapters train: a layer, or every adapter matrix (peft's wrap policy). */
  adapter_units: z.enum(['layer', 'adapter']),
  /** Full fine-tuning is launched under DeepSpeed ZeRO-3 also on one GPU, with its hooks on every module. */
  full_through_zero3: z.boolean(),
  /** Unpadding around flash attention makes the host wait for the GPU once a layer. */
  unpadding_waits: z.boolean(),
  /** How padded batches are made: in data order, or of examples of similar length. */
  batches: z.enum(['in-order', 'by-length']),
  /** How routed experts run: a Python loop over modules, or grouped matrix products. */
  experts: z.enum(['loop', 'grouped']),
  selective_recomputation: Recomputed,
  /** Model chunks of each pipeline stage (interleaved schedule). */
  pipeline_chunks: z.number().int().positive(),
  /** Efficiency of 4-bit GPTQ kernels, as a multiple of the common one. */
  gptq_speed: Constant,
} as const

/** Habits of a stack that change speed. A key that is absent has the generic value of presets/calibration/time.yaml. */
export const StackTime = z.strictObject(habits).partial()
export type StackTime = z.output<typeof StackTime>

export const GenericStackTime = z.strictObject(habits)
/** The habits with none left out. */
export type StackHabits = z.output<typeof GenericStackTime>
