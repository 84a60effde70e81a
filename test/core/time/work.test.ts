import { describe, expect, it } from 'vitest'
import { parameterCounts, quantizableParameters } from '../../../src/core/architecture/index.ts'
import { ATTENTION_BACKWARD, forwardPasses } from '../../../src/core/time/passes.ts'
import { prepareTime } from '../../../src/core/time/prepare.ts'
import { planWith } from './plans.ts'

const workOf = (knobs: Parameters<typeof planWith>[0]) => prepareTime(planWith(knobs)).work

// Linear weights of the layers of Llama 3.1 8B: 32 · (2·4096² + 2·4096·1024 + 3·4096·14336).
const LAYER_WEIGHTS = 6_979_321_856
const HEAD_WEIGHTS = 128_256 * 4096
const lora = { rank: 16, targets: 'all-linear' }

describe('work of a step', () => {
  it('is six FLOP a weight and token in full fine-tuning', () => {
    const { forward, backward, head } = workOf({})
    expect(forward.flops).toBe(2 * LAYER_WEIGHTS)
    expect(backward.flops).toBe(4 * LAYER_WEIGHTS)
    expect(head.flops).toBe(6 * HEAD_WEIGHTS)
  })

  it('leaves out weight gradients of frozen weights', () => {
    const { forward, backward, head, adapterFlops } = workOf({ training: { method: 'lora', lora } })
    expect(forward.flops + backward.flops).toBe(4 * LAYER_WEIGHTS)
    expect(head.flops).toBe(4 * HEAD_WEIGHTS)
    // Σ rank · (in + out) of the seven linears: 41,943,040 parameters, two FLOP each.
    expect(adapterFlops).toBe(2 * 41_943_040)
  })

  it('trains the head beside adapters where it is a module to save', () => {
    const { head } = workOf({ training: { method: 'lora', lora: { ...lora, train_modules: ['lm_head'] } } })
    expect(head.flops).toBe(6 * HEAD_WEIGHTS)
  })

  it('stops the backward pass below the lowest layer that trains', () => {
    const { backward } = workOf({ training: { method: 'freeze', freeze: { layers: '24-31' } } })
    expect(backward.flops).toBe((2 + 2) * (LAYER_WEIGHTS / 4))
  })

  it('counts attention by heads and width: 4 FLOP a head value, token and visible token', () => {
    expect(workOf({}).attention).toEqual([{ window: null, flops: 32 * 4 * 32 * 128 }])
  })

  it('agrees with 6ND plus attention', () => {
    const plan = planWith({})
    const { forward, backward, head, attention } = prepareTime(plan).work
    const sequence = 2048
    const itemised =
      forward.flops +
      backward.flops +
      head.flops +
      ((attention[0]?.flops ?? 0) * (1 + ATTENTION_BACKWARD) * sequence) / 2
    // 6 FLOP for every parameter but the embedding's, and 12 · layers · hidden · length halved by causality, with the fifth product of flash.
    const { total, embedding } = parameterCounts(plan.architecture)
    const textbook = 6 * (total - embedding) + ((12 * 32 * 4096 * sequence) / 2) * (3.5 / 3)
    expect(itemised / textbook).toBeCloseTo(1, 3)
  })

  it('quantises every linear but the head', () => {
    const plan = planWith({ training: { method: 'qlora', lora, quantization: { type: 'nf4' } } })
    expect(prepareTime(plan).work.quantizedWeights).toBe(quantizableParameters(plan.architecture))
  })

  it('counts the chosen experts only, but moves the weights of all', () => {
    const { expertForward, expertVisits } = workOf({ model: 'mixtral-8x7b' })
    const oneExpert = 32 * 3 * 4096 * 14336
    expect(expertForward.flops).toBe(2 * 2 * oneExpert)
    expect(expertForward.fixedBytes).toBe(8 * 2 * oneExpert)
    expect(expertVisits).toBe(32 * 8)
  })

  it('splits over tensor-parallel ranks and pipeline stages without losing any', () => {
    const sharding = { tp: 2, pp: 4, cp: 1, dp: 1 }
    const split = workOf({ training: { sharding }, hardware: { count: 8 } })
    const whole = workOf({})
    expect(8 * split.forward.flops).toBe(whole.forward.flops)
    expect(2 * split.head.flops).toBe(whole.head.flops)
  })
})

describe('forward passes', () => {
  const selective = { linears: 0.5, attention: 0, elements: 1 }

  it('double under full checkpointing', () => {
    expect(forwardPasses('full', selective)).toEqual({ linears: 2, attention: 2, elements: 2 })
    expect(forwardPasses('none', selective)).toEqual({ linears: 1, attention: 1, elements: 1 })
  })

  it('repeat what the policy names under selective checkpointing', () => {
    expect(forwardPasses('selective', selective)).toEqual({ linears: 1.5, attention: 1, elements: 2 })
  })

  it('include the reference model of preference training', () => {
    expect(forwardPasses('none', selective, 1).linears).toBe(2)
  })
})
