import * as z from 'zod'
import { month } from './spec-values.ts'

const bytesPerLogit = z.number().nonnegative().max(64)
/** Bytes a logit by whether the forward pass runs under autocast. */
const byAutocast = z.strictObject({ autocast: z.number().min(-8).max(64), plain: z.number().min(-8).max(64) })

const gathering = z.enum(['never', 'forward', 'always'])

/** Every habit of a stack that changes memory. */
const habits = {
  /** The loop keeps `outputs.logits` through the backward pass. */
  keeps_logits: z.boolean(),
  /** Bytes a logit at the start of backward beyond the loss's own chain: copies that the model's code or the trainer holds. */
  extra_logits_bytes: byAutocast,
  /** The same, on top, for models with native layer norms: their code of the time has its own casts and copies. */
  native_norm_logits_bytes: byAutocast,
  /** Bytes a logit of a fused or chunked cross-entropy at its peak, for the logits that it holds. */
  fused_loss_bytes: bytesPerLogit,
  /** Parts that a chunked loss cuts the tokens into. */
  loss_chunks: z.number().int().positive(),
  /** Activations of a model with a quantised base stay in fp32. */
  fp32_quantized_activations: z.boolean(),
  /** Keys and values are repeated to all query heads before attention. */
  repeats_key_value: z.boolean(),
  /** Models are written anew: activation functions in one kernel, no dropout inside the model. */
  own_model_code: z.boolean(),
  /** Queries, keys and values come from one projection, whatever the checkpoint has. */
  fuses_projections: z.boolean(),
  /** Norms run as fused kernels that save their input and 1/rms only. */
  fused_norms: z.boolean(),
  /** Backward of the activation function runs as one kernel instead of operation by operation. */
  fused_activation_backward: z.boolean(),
  /** The head is quantised with the other linears. */
  quantizes_head: z.boolean(),
  /** What of a quantised base is not quantised is held in fp32. */
  fp32_kept_weights: z.boolean(),
  /** Under fp8 the frozen weights of linears are held in fp8 alone. */
  fp8_frozen_weights: z.boolean(),
  /** The head has weights of its own where the model ties them. */
  unties_embeddings: z.boolean(),
  /** Under FSDP every rank gathers the whole base, not a few units: never, while it runs forward, or backward too; by what trains. */
  whole_base_copy: z.strictObject({ adapters: gathering, base: gathering }),
  /** Gradients accumulate in fp32 beside 16-bit weights, in a buffer that is there from the start. */
  fp32_gradients: z.boolean(),
  /** Gradients are zeroed, not freed, between steps. */
  keeps_gradients: z.boolean(),
  /** The step runs as one kernel in place, whatever the optimizer's name says of foreach temporaries. */
  fused_step: z.boolean(),
  /** Bytes a parameter that the step makes beside masters and 16-bit weights: gradients in fp32, flat copies. */
  master_step_bytes: z.number().nonnegative().max(16),
  /** Modules that train as full copies replace their originals on the card. */
  replaces_trained_modules: z.boolean(),
  /** Without autocast the launcher casts the whole model to 16 bits: what k-bit preparation made fp32 included. */
  recasts_to_half: z.boolean(),
  /** Tensors of hidden width in 16 bits that a layer saves beyond its operations: seen in slopes, cause not known. */
  further_saved_tensors: z.number().nonnegative().max(16),
  /** Gradients are views into the buckets of DDP; otherwise the buckets come on top. */
  gradient_bucket_views: z.boolean(),
  /** Elements of a bucket that DeepSpeed fills before it reduces. */
  reduce_bucket_elements: z.number().nonnegative(),
  /** Units that FSDP and ZeRO-3 hold gathered at once, the root apart: one in work and those fetched ahead. */
  gathered_units: z.number().positive(),
  /** FSDP shards within a node and repeats itself across nodes (hybrid sharding). */
  shards_within_node: z.boolean(),
  /** Tensor parallelism also splits tensors of hidden width, along the sequence. */
  sequence_parallel: z.boolean(),
  /** Sequences of an evaluation batch on one GPU; null: as many as in training. */
  evaluation_batch: z.number().int().positive().nullable(),
  /** Who reads a checkpoint into host memory: every rank a copy of its own, or one for the node. */
  host_copies_at_load: z.enum(['each-rank', 'one-per-node']),
} as const

/** Habits of releases up to and including a month, over those of the newest. */
const Release = z
  .strictObject({ ...habits, until: month })
  .partial()
  .required({ until: true })

/**
 * Habits of a stack that change memory. Every key is a habit, never a source or a model; a key that is absent has the
 * value of a bare loop. `evidence` says where each one is seen.
 */
export const StackMemory = z
  .strictObject({
    ...habits,
    /** Oldest first: of those that reach the plan's release the first one counts over the later ones. */
    releases: z.array(Release),
    evidence: z.record(z.string(), z.string()),
  })
  .partial()
export type StackMemory = z.output<typeof StackMemory>

export const GenericStackMemory = z.strictObject(habits)
/** The habits with none left out. */
export type MemoryHabits = z.output<typeof GenericStackMemory>
