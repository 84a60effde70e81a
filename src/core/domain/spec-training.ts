import * as z from 'zod'
import { methodIds } from './method.ts'
import {
  algorithms,
  attentions,
  checkpointings,
  count,
  fraction,
  kernelSets,
  knob,
  loraVariants,
  losses,
  month,
  nonNegative,
  offloads,
  oneOrMore,
  positive,
  precisionNames,
  quantizationTypes,
  shardingNames,
  taskIds,
  word,
} from './spec-values.ts'

const floats = ['fp32', 'bf16', 'fp16'] as const

const Precision = z.union([
  z.enum(precisionNames),
  z.strictObject({
    weights: z.enum(floats).optional(),
    autocast: z.enum(['none', 'bf16', 'fp16']).optional(),
    adapters: z.enum(floats).optional(),
    master: z.boolean().optional(),
  }),
])

const Degrees = z.strictObject({
  tp: count.optional(),
  pp: count.optional(),
  cp: count.optional(),
  ep: count.optional(),
  dp: count.optional(),
  dp_shard: z.enum(['none', 'zero1', 'zero2', 'zero3', 'fsdp1', 'fsdp2']).optional(),
})

const Lora = z.strictObject({
  rank: oneOrMore(count.max(65536)).optional(),
  alpha: positive.optional(),
  /** Module names, or `all-linear`, `attention`, `mlp`, `embeddings`. */
  targets: z.union([word, z.array(word).min(1)]).optional(),
  dropout: fraction.optional(),
  variant: z.enum(loraVariants).optional(),
  /** Whole modules that train beside the adapters (peft `modules_to_save`). */
  train_modules: z.array(word).optional(),
  /** Adapters held on the card at once. */
  count: count.max(10000).optional(),
})

const Quantization = z.strictObject({
  type: oneOrMore(z.enum(quantizationTypes)).optional(),
  double_quant: z.boolean().optional(),
})

/** `training` of the spec: how the model is trained. */
export const Training = z.strictObject({
  /** The kind of data, which decides how much quality adapters keep. */
  task: z.enum(taskIds).optional(),
  algorithm: z.enum(algorithms).optional(),
  method: oneOrMore(z.enum(methodIds)).optional(),
  sequence_length: oneOrMore(count.max(16_777_216)).optional(),
  /** Sequences per optimizer step, all GPUs together. */
  global_batch_size: count.max(1_000_000).optional(),
  /** Sequences per GPU in one forward pass. */
  micro_batch_size: knob(count.max(65536)).optional(),
  lora: Lora.optional(),
  quantization: Quantization.optional(),
  precision: knob(Precision).optional(),
  optimizer: knob(word).optional(),
  /** The optimizer step runs inside the backward pass. */
  fused_backward: z.boolean().optional(),
  gradient_checkpointing: knob(z.enum(checkpointings)).optional(),
  reentrant_checkpointing: z.union([z.literal('auto'), z.boolean()]).optional(),
  attention: knob(z.enum(attentions)).optional(),
  loss: knob(z.enum(losses)).optional(),
  kernels: knob(z.enum(kernelSets)).optional(),
  compile: oneOrMore(z.boolean()).optional(),
  /** fp32 copies of embeddings, head and norms before QLoRA (`prepare_model_for_kbit_training`). */
  kbit_upcast: z.union([z.literal('auto'), z.boolean()]).optional(),
  stack: oneOrMore(word).optional(),
  /** Habits of the stack preset to change for this spec only; same keys as the preset. */
  stack_overrides: z.record(z.string(), z.unknown()).optional(),
  /** Month of the framework release, as in "2024-06", or `latest`. */
  stack_release: z.union([z.literal('latest'), month]).optional(),
  sharding: knob(z.union([z.enum(shardingNames), Degrees])).optional(),
  offload: z.union([z.enum(offloads), z.array(z.enum(offloads))]).optional(),
  /** Layers that train under method `freeze`: `0-23`, `28-`, or a list. */
  freeze: z
    .strictObject({
      layers: z.union([z.string().regex(/^\d*-?\d*$/), z.array(z.number().int().nonnegative())]),
    })
    .optional(),
  learning_rate: z.number().positive().max(10).optional(),
  warmup_steps: nonNegative.optional(),
})
export type Training = z.output<typeof Training>
export type PrecisionSpec = z.output<typeof Precision>
export type DegreesSpec = z.output<typeof Degrees>
