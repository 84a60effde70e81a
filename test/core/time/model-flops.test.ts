import { describe, expect, it } from 'vitest'
import { placeTime, prepareTime } from '../../../src/core/time/index.ts'
import { modelFlopsPerToken } from '../../../src/core/time/model-flops.ts'
import { microStepOf } from '../../../src/core/time/step.ts'
import { calibration, estimateOf, planWith } from './plans.ts'

/** Llama 3.1 8B: 32 layers of q, k, v, o and the gated feed-forward, and a head of 128256 x 4096. */
const LAYERS = 32 * (2 * 4096 * 4096 + 2 * 4096 * 1024 + 3 * 4096 * 14336)
const HEAD = 128256 * 4096
/** Forward of scores and values: 2 FLOP, 32 heads of 128 + 128, half of 2048 tokens visible; three times with backward. */
const ATTENTION = 3 * 32 * (2 * 32 * (128 + 128) * 1024)
/** Rank 16 on all linears of the layers: 16·(in + out). */
const ADAPTERS = 16 * 32 * (2 * 8192 + 2 * 5120 + 3 * 18432)

const flopsOf = (training: Record<string, unknown> = {}, hardware: Record<string, unknown> = {}): number => {
  const plan = planWith({ training, hardware })
  return modelFlopsPerToken(microStepOf(placeTime(prepareTime(plan), plan, calibration), plan))
}

const lora = { method: 'lora', lora: { rank: 16, targets: 'all-linear' }, precision: 'bf16-mixed' }

describe('model FLOP of a token', () => {
  it('are six a weight for full fine-tuning, and attention', () => {
    expect(flopsOf()).toBeCloseTo(6 * (LAYERS + HEAD) + ATTENTION, -1)
  })

  it('are four a frozen weight and six an adapter weight', () => {
    expect(flopsOf(lora)).toBeCloseTo(4 * (LAYERS + HEAD) + 6 * ADAPTERS + ATTENTION, -1)
  })

  it('count nothing that checkpointing, unpacking or eager attention do again or in vain', () => {
    const plain = flopsOf(lora)
    const quantization = { type: 'nf4', double_quant: true }
    expect(flopsOf({ ...lora, gradient_checkpointing: 'full' })).toBe(plain)
    expect(flopsOf({ ...lora, method: 'qlora', quantization })).toBe(plain)
    expect(flopsOf({ ...lora, attention: 'eager' })).toBe(plain)
  })

  it('are the same however the model is split over ranks', () => {
    const split = { sharding: { tp: 2, pp: 2, dp: 1 }, global_batch_size: 2, micro_batch_size: 1 }
    expect(flopsOf(split, { count: 4 })).toBeCloseTo(flopsOf(), -1)
  })

  it('are forward once more for the reference model of DPO', () => {
    const pairs = flopsOf({ algorithm: 'dpo' })
    expect(pairs).toBeCloseTo(8 * (LAYERS + HEAD) + (4 / 3) * ATTENTION, -1)
  })

  it('make the utilisation: model FLOP of a step over its seconds and the peak of the cards', () => {
    const plan = planWith()
    const { mfuFraction, stepSeconds } = estimateOf(plan)
    const peak = plan.hardware.gpu.peakFlopsPerSecond.bf16 ?? Number.NaN
    const flops = (6 * (LAYERS + HEAD) + ATTENTION) * 2 * 2048
    expect(mfuFraction).toBeCloseTo(flops / stepSeconds.mid / peak, 12)
  })
})
