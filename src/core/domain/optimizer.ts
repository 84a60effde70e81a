import * as z from 'zod'

/** How many scalars a state tensor has, for a weight of shape rows x columns. */
const Extent = z.enum(['per-parameter', 'rows-and-columns', 'low-rank', 'none'])

/** An optimizer is a list of state tensors and the temporaries of its step. */
export const Optimizer = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** Tensors it keeps for each trainable parameter. `parameter` = the dtype of the parameter (fp32 under fp32 masters). */
  states: z.array(
    z.strictObject({
      name: z.string(),
      dtype: z.enum(['parameter', 'fp32', 'bf16', 'int8', 'int4']),
      extent: Extent,
      /** Values a block of quantised states shares one fp32 constant with; null when not quantised. */
      block_size: z.number().int().positive().nullable(),
    }),
  ),
  /** Tensors with fewer values stay in fp32 (bitsandbytes: 4096). */
  minimum_quantized_size: z.number().int().nonnegative(),
  /** Parameter-sized temporaries that the step makes over all trainable tensors at once (foreach), in the parameter's dtype. */
  step_temporaries: z.number().nonnegative(),
  /** Temporaries of the largest single tensor only (one tensor at a time). */
  step_temporaries_largest: z.number().nonnegative(),
  /** States in unified memory that may move to the host under pressure. */
  paged: z.boolean(),
  /** States and step live in host memory. */
  on_cpu: z.boolean(),
  /** Bytes read and written for each trainable parameter in one step, for 16-bit and for 32-bit states and parameters. */
  step_bytes_per_parameter: z.strictObject({ bf16: z.number().positive(), fp32: z.number().positive() }),
  /** Fixed extra seconds per 1e9 trainable parameters beyond the bytes (slow kernels), 0 for most. */
  step_seconds_per_billion: z.number().nonnegative(),
  note: z.string().optional(),
  sources: z.array(z.string()).min(1),
})
export type Optimizer = z.output<typeof Optimizer>
