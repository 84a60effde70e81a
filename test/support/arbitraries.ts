import fc from 'fast-check'
import type { Spec } from '../../src/core/domain/spec.ts'

type Arbitrary<T> = fc.Arbitrary<T>
type Training = NonNullable<Spec['training']>

const oneOf = <const T extends readonly unknown[]>(...values: T): Arbitrary<T[number]> =>
  fc.constantFrom(...values)

/** A few of the values, in their order. */
const some = <T>(values: readonly T[], most: number): Arbitrary<T[]> =>
  fc.subarray([...values], { minLength: 1, maxLength: most })

/** The record without the keys that are undefined: a spec leaves out what it does not say. */
const withoutGaps = <T extends object>(record: T): T =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T

const maybe = <T>(value: Arbitrary<T>, freq = 2): Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined, freq })

const record = <T extends Record<string, unknown>>(
  model: {
    [K in keyof T]: Arbitrary<T[K]>
  },
): Arbitrary<T> => fc.record(model).map((made) => withoutGaps(made) as T)

export const smallModels = [
  'gpt2',
  'llama-3.2-1b',
  'qwen2.5-0.5b',
  'gemma-3-270m',
  'gemma-2-2b',
  'granite-3.0-1b-a400m',
  'bloom-560m',
] as const

const stacks = ['trl', 'unsloth', 'axolotl', 'torchtune', 'litgpt', 'llamafactory', 'ms-swift'] as const
const optimizers = [
  'adamw',
  'adamw-fused',
  'adamw-8bit',
  'paged-adamw-8bit',
  'adamw-cpu',
  'sgd',
  'lion',
  'adafactor',
] as const

const dataset = record({
  examples: fc.integer({ min: 1, max: 20_000 }),
  tokens: fc
    .tuple(fc.integer({ min: 16, max: 600 }), fc.integer({ min: 1, max: 4 }))
    .map(([mean, times]) => ({ mean, max: mean * times })),
  epochs: oneOf(1, 2, 3, 0.5),
  packing: oneOf(true, false, 'padding-free' as const),
})

const sharding = maybe(
  fc.oneof(
    some(['ddp', 'zero1', 'zero2', 'zero3', 'fsdp', 'none'] as const, 3),
    fc.constant([{ pp: 2 }, { tp: 2 }, 'fsdp2' as const, 'none' as const]),
    fc.constant([{ pp: 2, dp_shard: 'zero1' as const }, 'ddp' as const, 'none' as const]),
  ),
  3,
)

/** A hardware entry whose memory lies where micro-batches of small models begin not to fit. */
const hardwareEntry = (gpus: readonly string[]): Arbitrary<unknown> =>
  fc
    .record({
      gpu: some(gpus, 2),
      count: some([1, 2, 4], 2),
      memory_gib: maybe(oneOf(2, 3, 4, 6, 8, 12, 16, 24), 4),
      paid: fc.oneof(
        fc.constant({ owned: true }),
        record({ usd_per_gpu_hour: fc.double({ min: 0.05, max: 5, noNaN: true }) }),
        record({
          provider: some(['runpod', 'vast', 'lambda', 'gcp'], 2),
          commitment: some(['on-demand', 'spot'] as const, 2),
        }),
      ),
    })
    .map(({ paid, ...entry }) => withoutGaps({ ...entry, ...paid }))

const cards = ['rtx4090', 'l4', 'h100-sxm', 'a100-sxm-80gb', 't4', 'rtx3090'] as const

const ranks = maybe(
  some([4, 16, 64], 2).map((rank) => ({ rank })),
  2,
)

const costs = maybe(
  record({
    failed_run_fraction: maybe(oneOf(0.2, 1)),
    storage: fc.oneof(
      oneOf(true, false),
      record({
        usd_per_gb_month: fc.double({ min: 0, max: 20, noNaN: true }),
        months: maybe(oneOf(1, 6)),
      }),
    ),
    egress: oneOf(true, false),
  }),
)

const choice = {
  objective: oneOf('cost', 'time', 'quality', 'balanced', 'article'),
  budget: maybe(
    record({
      usd: maybe(fc.double({ min: 0.01, max: 40, noNaN: true })),
      hours: maybe(fc.double({ min: 0.02, max: 20, noNaN: true })),
      level: maybe(oneOf('warn', 'error'), 3),
    }),
  ),
  quality: maybe(record({ min_retention: fc.double({ min: 0.85, max: 1, noNaN: true }) }), 3),
  selection: maybe(record({ risk: oneOf('high', 'medium') }), 3),
} as const

/** Specs with a few hundred plans at most, of models that fit and do not fit small cards: what a search can be compared on with brute force. */
export const smallSpaces: Arbitrary<Spec> = fc
  .record({
    model: oneOf(...smallModels),
    dataset,
    training: record({
      method: some(['full', 'lora', 'qlora', 'galore', 'bitfit'] as const, 2),
      lora: ranks,
      sequence_length: maybe(some([128, 256, 512], 2), 2),
      optimizer: some(optimizers, 3),
      global_batch_size: oneOf(4, 8, 16),
      gradient_checkpointing: maybe(some(['none', 'full', 'selective'] as const, 2), 2),
      attention: maybe(some(['eager', 'sdpa', 'flash'] as const, 1), 3),
      stack: some(stacks, 1),
      sharding,
      algorithm: maybe(oneOf('sft', 'dpo', 'orpo'), 5),
      fused_backward: maybe(fc.boolean(), 6),
    }),
    hardware: fc.array(hardwareEntry(cards), { minLength: 1, maxLength: 2 }),
    evaluation: maybe(record({ examples: oneOf(50, 500), generate: fc.boolean() }), 3),
    checkpoints: maybe(record({ keep: oneOf(1, 10), every_steps: maybe(oneOf(20, 100)) }), 3),
    costs,
    ...choice,
  })
  .map((spec) => withoutGaps(spec) as unknown as Spec)

/** Pipelines of full fine-tuning: micro-batches in flight make memory fall where the micro-batch grows. */
export const pipelineSpaces: Arbitrary<Spec> = fc
  .record({
    model: fc.constant('llama-3.2-1b'),
    training: record({
      method: fc.constant('full' as const),
      precision: fc.constant('bf16-mixed' as const),
      optimizer: fc.constant('sgd'),
      gradient_checkpointing: fc.constant('none' as const),
      sequence_length: oneOf(32, 64),
      global_batch_size: oneOf(32, 64),
      sharding: fc.constant({ pp: 8 }),
    }),
    hardware: fc
      .double({ min: 6, max: 8, noNaN: true })
      .map((memory_gib) => ({ gpu: 'h100-sxm', count: 8, owned: true, memory_gib })),
    objective: fc.constant('time' as const),
  })
  .map((spec) => spec as unknown as Spec)

/** Rented cards where storing the checkpoint costs as much as the run: the fastest optimizer need not be the cheapest. */
export const storageSpaces: Arbitrary<Spec> = fc
  .record({
    model: oneOf(...smallModels),
    dataset,
    training: record({
      method: some(['full', 'lora'] as const, 2),
      optimizer: some(optimizers, 4),
      gradient_checkpointing: some(['none', 'full'] as const, 1),
      global_batch_size: oneOf(4, 16),
    }),
    hardware: some(cards, 2).map((gpu) => ({ gpu, count: 1, usd_per_gpu_hour: 1 })),
    costs: fc
      .double({ min: 0, max: 2, noNaN: true })
      .map((usd_per_gb_month) => ({ storage: { usd_per_gb_month, months: 1 } })),
    objective: oneOf('cost', 'balanced', 'quality'),
  })
  .map((spec) => spec as unknown as Spec)

const anyTraining: Arbitrary<Training> = record({
  task: maybe(oneOf('rl', 'format', 'instruct', 'math', 'code', 'domain', 'vocab')),
  algorithm: maybe(oneOf('sft', 'dpo', 'orpo', 'kto', 'grpo', 'rm')),
  method: maybe(some(['full', 'lora', 'qlora', 'galore', 'bitfit'] as const, 2)),
  sequence_length: maybe(oneOf(1, 64, 512, 2048)),
  global_batch_size: maybe(oneOf(1, 2, 3, 8, 24)),
  lora: maybe(
    record({
      rank: maybe(some([1, 8, 256], 2)),
      targets: maybe(oneOf('all-linear', 'attention', 'mlp')),
      dropout: maybe(oneOf(0, 0.1)),
      variant: maybe(oneOf('lora', 'dora', 'rslora')),
      count: maybe(oneOf(1, 4), 4),
    }),
  ),
  quantization: maybe(record({ type: oneOf('nf4', 'fp4', 'int8', 'gptq-int4'), double_quant: fc.boolean() })),
  precision: maybe(oneOf('auto', 'bf16-mixed', 'bf16-pure', 'bf16-master', 'fp16-mixed', 'fp32', 'fp8')),
  optimizer: maybe(some(optimizers, 2)),
  fused_backward: maybe(fc.boolean(), 4),
  gradient_checkpointing: maybe(oneOf('auto', 'none', 'full', 'selective', 'offload')),
  reentrant_checkpointing: maybe(fc.boolean(), 3),
  attention: maybe(oneOf('auto', 'eager', 'sdpa', 'flash')),
  loss: maybe(oneOf('auto', 'materialized', 'fused-ce', 'fused-linear-ce', 'chunked')),
  kernels: maybe(oneOf('auto', 'none', 'liger', 'foak', 'unsloth')),
  compile: maybe(fc.boolean(), 3),
  kbit_upcast: maybe(fc.boolean(), 4),
  stack: maybe(some(stacks, 1)),
  offload: maybe(oneOf('none', 'optimizer', 'parameters', 'activations'), 3),
}) as unknown as Arbitrary<Training>

/** Valid specs of every kind, some of them absurd: one example, one token, no budget at all. */
export const validSpecs: Arbitrary<Spec> = fc
  .record({
    model: oneOf(...smallModels, 'llama-3.1-70b', 'mixtral-8x7b', 'deepseek-v2-lite'),
    dataset: maybe(dataset),
    training: maybe(anyTraining, 9),
    hardware: fc.oneof(
      { weight: 9, arbitrary: fc.array(hardwareEntry(cards), { minLength: 1, maxLength: 1 }) },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
    evaluation: maybe(record({ examples: oneOf(1, 500), generate: fc.boolean() }), 3),
    checkpoints: maybe(record({ keep: oneOf(1, 10), every_steps: maybe(oneOf(1, 100)) }), 3),
    costs,
    ownership: maybe(
      record({
        purchase_usd: oneOf(0, 30_000),
        lifetime_years: maybe(oneOf(1, 4)),
        watts: maybe(oneOf(350, 6000)),
        usd_per_kwh: maybe(oneOf(0, 0.3)),
      }),
    ),
    deployment: maybe(
      record({ adapters: oneOf(1, 20), hours_per_month: oneOf(0, 100), versions: oneOf(1, 3) }),
      3,
    ),
    ...choice,
  })
  .map((spec) => withoutGaps(spec) as unknown as Spec)
