import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calibrated } from '../../../src/core/domain/constant.ts'
import { UserError } from '../../../src/core/errors.ts'
import { placeTime, prepareTime, timeEstimate } from '../../../src/core/time/index.ts'
import { calibration, estimateOf, planWith, secondsOf } from './plans.ts'

const lora = { rank: 16, targets: 'all-linear' }
const sum = (terms: readonly { amount: number }[]) => terms.reduce((total, { amount }) => total + amount, 0)

describe('time of a step', () => {
  it('is the sum of its terms, and the run the sum of its own', () => {
    const alone = planWith({ training: { global_batch_size: 8 } })
    const sharded = planWith({
      training: { sharding: 'fsdp1', global_batch_size: 8 },
      hardware: { count: 2 },
    })
    for (const one of [alone, sharded]) {
      const { terms, stepSeconds, runTerms, totalSeconds } = estimateOf(one)
      expect(sum(terms)).toBeCloseTo(stepSeconds.mid, 12)
      expect(sum(runTerms)).toBeCloseTo(totalSeconds.mid, 9)
    }
  })

  it('is the same number with and without terms', () => {
    const plan = planWith({ training: { method: 'qlora', lora, quantization: { type: 'nf4' } } })
    const placed = placeTime(prepareTime(plan), plan, calibration)
    const totals = timeEstimate(placed, plan, 'totals')
    const full = timeEstimate(placed, plan, 'terms')
    expect(totals.stepSeconds).toEqual(full.stepSeconds)
    expect(totals.totalSeconds).toEqual(full.totalSeconds)
    expect(totals.terms).toEqual([])
  })

  it('names its terms by the words of a bill of time', () => {
    const words = [
      'compute',
      'memory',
      'launch',
      'dequantize',
      'optimizer',
      'communication',
      'offload',
      'data',
    ]
    const plan = planWith({
      training: {
        method: 'qlora',
        lora,
        quantization: { type: 'nf4' },
        sharding: 'fsdp1',
        offload: 'parameters',
        global_batch_size: 4,
      },
      hardware: { count: 2 },
    })
    const { terms } = estimateOf(plan)
    for (const { key } of terms) expect(words).toContain(key.split('/')[0])
    for (const word of ['dequantize', 'communication', 'offload', 'launch']) {
      expect(secondsOf(terms, word)).toBeGreaterThan(0)
    }
  })

  it('counts every token that the hardware computes', () => {
    const plan = planWith({ training: { global_batch_size: 16, sharding: 'ddp' }, hardware: { count: 4 } })
    const { stepSeconds, tokensPerSecondPerGpu } = estimateOf(plan)
    expect(tokensPerSecondPerGpu.mid).toBeCloseTo((16 * 2048) / 4 / stepSeconds.mid, 6)
  })

  it('runs a preference pair as two sequences and the reference model forward', () => {
    const sft = estimateOf(planWith({}))
    const dpo = estimateOf(planWith({ training: { algorithm: 'dpo' } }))
    // Two sequences of four passes (reference, forward, two backward) instead of one of three.
    expect(secondsOf(dpo.terms, 'compute/linears') / secondsOf(sft.terms, 'compute/linears')).toBeCloseTo(
      8 / 3,
      6,
    )
    const grpo = estimateOf(planWith({ training: { algorithm: 'grpo' } }))
    expect(secondsOf(grpo.terms, 'compute/generation')).toBeGreaterThan(0)
  })

  it('runs the head of the reference model forward, also where it is the base without its adapters', () => {
    const methods = [{}, { method: 'lora', lora }]
    for (const method of methods) {
      const [alone, compared] = (['orpo', 'dpo'] as const).map((algorithm) =>
        planWith({ training: { ...method, algorithm } }),
      )
      if (alone === undefined || compared === undefined) throw new Error('no plan')
      const { machine, habits } = placeTime(prepareTime(compared), compared, calibration)
      const rate = machine.linearFlopsPerSecond * calibrated(habits.linear_speed)
      const added = (key: string) =>
        secondsOf(estimateOf(compared).terms, key) - secondsOf(estimateOf(alone).terms, key)
      // Two pairs are four sequences of 2048 tokens; the head is 4096 x 128256, 2 FLOP a weight and token.
      expect(added('compute/head') * rate).toBeCloseTo(4 * 2048 * 2 * 4096 * 128_256, -3)
    }
  })

  it('scores with the reference model by the forward share of the loss', () => {
    const lossOf = (algorithm: string) =>
      secondsOf(estimateOf(planWith({ training: { algorithm } })).terms, 'memory/loss')
    const passes = 1 + calibrated(calibration.work.backward_elements)
    expect(lossOf('dpo') / lossOf('orpo')).toBeCloseTo(1 + 1 / passes, 9)
    expect(lossOf('kto') / lossOf('sft')).toBeCloseTo(1 + 1 / passes, 9)
  })

  it('unpacks quantised weights for each pass, not for each token', () => {
    const at = (micro: number) =>
      estimateOf(
        planWith({
          training: {
            method: 'qlora',
            lora,
            quantization: { type: 'nf4' },
            micro_batch_size: micro,
            global_batch_size: micro,
          },
        }),
      )
    expect(secondsOf(at(8).terms, 'dequantize')).toBe(secondsOf(at(1).terms, 'dequantize'))
  })

  it('does not fall below the launch floor: short micro-batches cost what slightly longer ones do', () => {
    const at = (length: number) =>
      estimateOf(
        planWith({
          model: 'qwen2.5-0.5b',
          dataset: { tokens: { mean: length, max: length } },
          training: { sequence_length: length, micro_batch_size: 1, global_batch_size: 1 },
        }),
      )
    expect(at(256).stepSeconds.mid / at(128).stepSeconds.mid).toBeLessThan(1.05)
  })

  it('shrinks the pipeline bubble with more micro-batches: stages − 1 over chunks · micro-batches', () => {
    const at = (global: number) =>
      estimateOf(
        planWith({
          training: {
            stack: 'megatron',
            sharding: { tp: 1, pp: 4, cp: 1, dp: 1 },
            micro_batch_size: 1,
            global_batch_size: global,
          },
          hardware: { count: 4 },
        }),
      )
    const bubble = (global: number) => secondsOf(at(global).terms, 'communication/pipeline-bubble')
    expect(bubble(32)).toBeCloseTo(bubble(8), 9)
    expect(bubble(8) / at(8).stepSeconds.mid).toBeGreaterThan(bubble(32) / at(32).stepSeconds.mid)
  })

  it('says which figure is missing where a card has none', () => {
    const plan = planWith({})
    const gpu = {
      ...plan.hardware.gpu,
      peakFlopsPerSecond: { bf16: null, fp16: null, fp32: null, tf32: null, fp8: null },
    }
    const bare = { ...plan, hardware: { ...plan.hardware, gpu } }
    expect(() => estimateOf(bare)).toThrow(UserError)
    const slow = {
      ...plan,
      hardware: { ...plan.hardware, gpu: { ...plan.hardware.gpu, memoryBytesPerSecond: null } },
    }
    expect(() => estimateOf(slow)).toThrow(/no memory bandwidth is on file for h100-sxm/)
  })

  it('times fp8 in 16 bit, and says so, on a card without fp8 units', () => {
    const { notes } = estimateOf(
      planWith({ training: { precision: 'fp8' }, hardware: { gpu: 'a100-sxm-80gb' } }),
    )
    expect(notes.map(({ code }) => code)).toContain('fp8-unavailable')
  })

  it('says where no measured run speaks of the stack or the card', () => {
    const codes = estimateOf(
      planWith({ training: { stack: 'axolotl' }, hardware: { gpu: 'v100-sxm2-32gb' } }),
    ).notes.map(({ code }) => code)
    expect(codes).toEqual(expect.arrayContaining(['stack-unmeasured', 'gpu-unmeasured']))
  })
})

describe('what changes the time of a step', () => {
  const seconds = (knobs: Parameters<typeof planWith>[0]) => estimateOf(planWith(knobs)).stepSeconds.mid

  it('is recomputation: by a third of the linear work in full fine-tuning', () => {
    const none = estimateOf(planWith({}))
    const full = estimateOf(planWith({ training: { gradient_checkpointing: 'full' } }))
    expect(secondsOf(full.terms, 'compute/linears') / secondsOf(none.terms, 'compute/linears')).toBeCloseTo(
      4 / 3,
      9,
    )
  })

  it('is longer data, larger batches, a slower link', () => {
    const batch = (size: number) => ({ training: { micro_batch_size: size, global_batch_size: size } })
    expect(seconds(batch(4))).toBeGreaterThan(seconds(batch(2)))
    const sharded = { training: { sharding: 'fsdp1', global_batch_size: 4 } }
    const linked = seconds({ ...sharded, hardware: { count: 2 } })
    expect(seconds({ ...sharded, hardware: { count: 2, interconnect: 'pcie' } })).toBeGreaterThan(linked)
  })

  it('is fused kernels and compiled code', () => {
    expect(seconds({ training: { kernels: 'liger' } })).toBeLessThan(seconds({}))
    expect(seconds({ training: { compile: true } })).toBeLessThan(seconds({}))
  })

  it('is padding: batches in data order compute the longest example of each', () => {
    const data = { tokens: { mean: 400, p95: 1200, max: 2048 }, packing: false }
    const step = (packing: boolean | string) =>
      seconds({ dataset: { ...data, packing }, training: { micro_batch_size: 8, global_batch_size: 8 } })
    expect(step(false)).toBeGreaterThan(1.5 * step('padding-free'))
  })

  it('is waiting for the longest rank when batches are uneven', () => {
    const data = { tokens: { mean: 400, p95: 1200, max: 2048 }, packing: 'padding-free' }
    const { terms } = estimateOf(
      planWith({
        dataset: data,
        training: { sharding: 'ddp', global_batch_size: 16 },
        hardware: { count: 8 },
      }),
    )
    expect(secondsOf(terms, 'data/longest-rank')).toBeGreaterThan(0)
  })

  it('is never negative, never infinite, and never less for more tokens', () => {
    const knobs = fc.record({
      method: fc.constantFrom('full', 'lora', 'qlora'),
      checkpointing: fc.constantFrom('none', 'full', 'selective', 'offload'),
      attention: fc.constantFrom('eager', 'sdpa', 'flash'),
      loss: fc.constantFrom('materialized', 'fused-ce', 'fused-linear-ce', 'chunked'),
      sharding: fc.constantFrom('ddp', 'zero1', 'zero2', 'zero3', 'fsdp1', 'fsdp2'),
      gpu: fc.constantFrom('h100-sxm', 'a100-sxm-80gb', 'rtx4090', 'b200', 'mi300x', 'l4'),
      stack: fc.constantFrom('trl', 'unsloth', 'torchtune', 'megatron', 'plain'),
      count: fc.constantFrom(2, 4, 8),
      micro: fc.constantFrom(1, 2, 4),
    })
    fc.assert(
      fc.property(knobs, ({ method, checkpointing, gpu, count, micro, ...training }) => {
        const at = (size: number) =>
          estimateOf(
            planWith({
              training: {
                ...training,
                method,
                ...(method === 'full' ? {} : { lora }),
                gradient_checkpointing: checkpointing,
                micro_batch_size: size,
                global_batch_size: size * count,
              },
              hardware: { gpu, count },
            }),
          )
        const [small, large] = [at(micro), at(2 * micro)]
        for (const { amount } of large.terms) expect(amount).toBeGreaterThan(0)
        expect(Number.isFinite(large.totalSeconds.high)).toBe(true)
        // Where the step waits for something else than tokens the two are equal but for the order of a float sum.
        expect(large.stepSeconds.mid).toBeGreaterThanOrEqual(small.stepSeconds.mid * (1 - 1e-12))
      }),
      { numRuns: 60 },
    )
  })
})
