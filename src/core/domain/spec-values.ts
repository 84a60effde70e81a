import * as z from 'zod'

/** `auto`, one value, or a list of values to try. */
export const knob = <T extends z.ZodType>(value: T) =>
  z.union([z.literal('auto'), value, z.array(value).min(1)])

/** One value or a list of values to try, for knobs that the planner never chooses by itself. */
export const oneOrMore = <T extends z.ZodType>(value: T) => z.union([value, z.array(value).min(1)])

export const count = z.number().int().positive().max(1e12)
export const fraction = z.number().min(0).max(1)
export const positive = z.number().positive().max(1e15)
export const nonNegative = z.number().nonnegative().max(1e15)
/** An id or a file name: bounded, so that a typo never prints a page. */
export const word = z.string().min(1).max(200)
/** Month of a release, as in "2024-06". */
export const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/)

export const taskIds = ['rl', 'format', 'instruct', 'math', 'code', 'domain', 'vocab'] as const
export const algorithms = ['sft', 'dpo', 'orpo', 'kto', 'grpo', 'rm'] as const
export const precisionNames = [
  'bf16-mixed',
  'bf16-pure',
  'bf16-master',
  'fp16-mixed',
  'fp16-pure',
  'fp16-master',
  'fp32',
  'fp8',
] as const
export const quantizationTypes = ['nf4', 'fp4', 'int8', 'gptq-int4', 'gptq-int8'] as const
export const loraVariants = ['lora', 'dora', 'rslora', 'pissa', 'loftq', 'lora-plus'] as const
export const checkpointings = ['none', 'full', 'selective', 'offload'] as const
export const attentions = ['eager', 'sdpa', 'flash'] as const
export const losses = ['materialized', 'fused-ce', 'fused-linear-ce', 'chunked'] as const
export const kernelSets = ['none', 'liger', 'foak', 'unsloth'] as const
export const shardingNames = ['none', 'ddp', 'zero1', 'zero2', 'zero3', 'fsdp', 'fsdp1', 'fsdp2'] as const
export const offloads = ['none', 'optimizer', 'parameters', 'activations'] as const
export const objectives = ['cost', 'time', 'quality', 'balanced', 'article'] as const
export const needs = ['new-vocabulary', 'architecture-change', 'multi-task', 'rlhf', 'swap-adapters'] as const
export const levels = ['warn', 'error'] as const
