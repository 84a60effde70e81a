import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Plan } from '../../../src/core/domain/plan.ts'
import { memoryEstimate, prepareMemory, requiredBytes } from '../../../src/core/memory/index.ts'
import { calibration, estimateOf, phaseBytes, planWith } from './plans.ts'

const methods = [
  { method: 'full', precision: 'bf16-pure' },
  { method: 'full', precision: 'bf16-mixed' },
  { method: 'full', precision: 'bf16-master' },
  { method: 'lora', precision: 'bf16-mixed' },
  { method: 'qlora', precision: 'bf16-mixed' },
  { method: 'galore', precision: 'bf16-pure' },
  { method: 'bitfit', precision: 'bf16-pure' },
  { method: 'freeze', precision: 'bf16-pure', freeze: { layers: '2-' } },
] as const

const stacks = ['plain', 'trl', 'litgpt', 'torchtune', 'megatron', 'qwen-finetune', 'unsloth', 'torchtitan']

/** Any valid plan of a small model. */
const knobs = fc.record({
  model: fc.constantFrom('qwen2.5-0.5b', 'granite-3.0-1b-a400m', 'gpt2'),
  method: fc.constantFrom(...methods),
  stack: fc.constantFrom(...stacks),
  optimizer: fc.constantFrom(
    'adamw',
    'adamw-fused',
    'adamw-8bit',
    'paged-adamw-32bit',
    'adafactor',
    'sgd',
    'adamw-cpu',
  ),
  checkpointing: fc.constantFrom('none', 'full', 'selective', 'offload'),
  attention: fc.constantFrom('eager', 'sdpa', 'flash'),
  loss: fc.constantFrom('materialized', 'fused-ce', 'fused-linear-ce', 'chunked'),
  kernels: fc.constantFrom('none', 'liger', 'foak', 'unsloth'),
  sharding: fc.constantFrom<string | Record<string, unknown>>(
    'ddp',
    'zero1',
    'zero2',
    'zero3',
    'fsdp1',
    'fsdp2',
    { tp: 2, dp: 4, dp_shard: 'fsdp2' },
    { pp: 2, dp: 4, dp_shard: 'zero1' },
    { cp: 2, dp: 4, dp_shard: 'fsdp2' },
    { tp: 2, pp: 2, cp: 2, dp: 1 },
    { ep: 4, dp: 8, dp_shard: 'zero2' },
  ),
  offload: fc.constantFrom('none', 'optimizer', 'parameters', 'activations'),
  algorithm: fc.constantFrom('sft', 'dpo', 'orpo', 'kto', 'grpo', 'rm'),
  reentrant: fc.boolean(),
  fused: fc.boolean(),
  microBatch: fc.constantFrom(1, 2, 4),
  accumulation: fc.constantFrom(1, 4),
})

type Knobs = typeof knobs extends fc.Arbitrary<infer T> ? T : never

function anyPlan({
  model,
  method,
  microBatch,
  accumulation,
  checkpointing,
  reentrant,
  fused,
  ...rest
}: Knobs): Plan {
  const gpus = 8
  return planWith({
    model,
    training: {
      ...rest,
      ...method,
      gradient_checkpointing: checkpointing,
      reentrant_checkpointing: reentrant,
      fused_backward: fused,
      lora: { rank: 8 },
      micro_batch_size: microBatch,
      global_batch_size: microBatch * accumulation * gpus,
    },
    hardware: { count: gpus },
  })
}

const required = (plan: Plan): number => requiredBytes(prepareMemory(plan), plan, calibration).high
/** Checks sixty plans. */
const forAnyPlan = (check: (plan: Plan) => void): void =>
  fc.assert(
    fc.property(knobs, (chosen) => check(anyPlan(chosen))),
    { numRuns: 60 },
  )

describe('memory of any plan', () => {
  it('is finite, not negative and in order', () => {
    forAnyPlan((plan) => {
      const estimate = estimateOf(plan)
      for (const { bytes, terms } of estimate.phases) {
        expect(Number.isFinite(bytes)).toBe(true)
        for (const { amount } of terms) expect(amount).toBeGreaterThanOrEqual(0)
      }
      expect(estimate.allocatedBytes.mid).toBeGreaterThan(0)
      expect(estimate.reservedBytes.mid).toBeGreaterThanOrEqual(estimate.allocatedBytes.mid)
      expect(estimate.deviceBytes.mid).toBeGreaterThan(estimate.reservedBytes.mid)
      expect(estimate.fitProbability).toBeGreaterThanOrEqual(0)
      expect(estimate.fitProbability).toBeLessThanOrEqual(1)
      expect(Number.isFinite(estimate.hostBytes)).toBe(true)
    })
  })

  it('is the same with terms and without', () => {
    forAnyPlan((plan) => {
      const prepared = prepareMemory(plan)
      const {
        notes: _notes,
        hostTerms: _terms,
        phases: long,
        ...terms
      } = memoryEstimate(prepared, plan, calibration, 'terms')
      const {
        notes: _none,
        hostTerms: _no,
        phases: short,
        ...totals
      } = memoryEstimate(prepared, plan, calibration, 'totals')
      expect(totals).toEqual(terms)
      expect(short.map(({ bytes }) => bytes)).toEqual(long.map(({ bytes }) => bytes))
      expect(requiredBytes(prepared, plan, calibration)).toEqual(terms.requiredBytes)
    })
  })

  it('never shrinks with the micro-batch', () => {
    forAnyPlan((plan) => {
      const prepared = prepareMemory(plan)
      const needs = [1, 2, 4, 8, 64].map(
        (microBatchSize) => requiredBytes(prepared, { ...plan, microBatchSize }, calibration).high,
      )
      expect(needs).toEqual([...needs].sort((a, b) => a - b))
    })
  })

  it('never shrinks with the sequence', () => {
    forAnyPlan((plan) => {
      const needs = [128, 512, 1024, 4096].map((sequenceLength) =>
        required({ ...plan, workload: { ...plan.workload, sequenceLength, maxTokens: sequenceLength } }),
      )
      expect(needs).toEqual([...needs].sort((a, b) => a - b))
    })
  })

  it('never shrinks with the rank', () => {
    const needs = [4, 16, 64, 256].map((rank) =>
      required(planWith({ training: { method: 'lora', lora: { rank }, precision: 'bf16-mixed' } })),
    )
    expect(needs).toEqual([...needs].sort((a, b) => a - b))
  })

  it('never shrinks with the vocabulary', () => {
    const { architecture, ...plan } = planWith({ model: 'tinyllama-1.1b' })
    const needs = [1000, 32_000, 128_000].map((vocabularySize) =>
      required({
        ...plan,
        architecture: {
          ...architecture,
          vocabularySize,
          head: { ...architecture.head, outFeatures: vocabularySize },
        },
      }),
    )
    expect(needs).toEqual([...needs].sort((a, b) => a - b))
  })

  it('never grows with the number of shards', () => {
    for (const shard of ['zero1', 'zero2', 'zero3', 'fsdp1', 'fsdp2']) {
      const needs = [2, 4, 8].map(
        (count) =>
          estimateOf(
            planWith({
              training: {
                sharding: shard,
                global_batch_size: 16,
                precision: 'bf16-master',
                gradient_checkpointing: 'full',
              },
              hardware: { count },
            }),
          ).allocatedBytes.mid,
      )
      expect(needs).toEqual([...needs].sort((a, b) => b - a))
    }
  })

  it('falls with each further stage of ZeRO in the step', () => {
    const needs = ['ddp', 'zero1', 'zero2', 'zero3'].map((sharding) => {
      const plan = planWith({
        training: { sharding, global_batch_size: 8, precision: 'bf16-master' },
        hardware: { count: 4 },
      })
      return phaseBytes(plan, 'optimizer')
    })
    expect(needs).toEqual([...needs].sort((a, b) => b - a))
  })

  it('falls with tensor and context parallelism', () => {
    for (const degree of ['tp', 'cp']) {
      const needs = [1, 2, 4].map((size) => {
        const plan = planWith({
          training: { sharding: { [degree]: size }, global_batch_size: 2 },
          hardware: { count: size },
        })
        return estimateOf(plan).allocatedBytes.mid
      })
      expect(needs).toEqual([...needs].sort((a, b) => b - a))
    }
  })
})
