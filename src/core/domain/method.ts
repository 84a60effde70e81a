import * as z from 'zod'

export const methodIds = ['full', 'lora', 'qlora', 'galore', 'bitfit', 'freeze'] as const
export type MethodId = (typeof methodIds)[number]

/** A method is a set of levers: what trains, in which form the base is held. */
export const Method = z.strictObject({
  id: z.enum(methodIds),
  name: z.string(),
  summary: z.string(),
  /** Which of the model's own tensors train. */
  trains: z.enum(['all', 'adapters', 'biases', 'layers']),
  /** The base is held quantised (`quantization.type` of the spec). */
  quantized_base: z.boolean(),
  /** Gradients and states are projected to a low rank (GaLore). */
  low_rank_states: z.boolean(),
  sources: z.array(z.string()).min(1),
})
export type Method = z.output<typeof Method>
