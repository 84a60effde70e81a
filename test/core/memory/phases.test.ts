import { describe, expect, it } from 'vitest'
import { amountOf, bytesOf, estimateOf, LLAMA_1B, phaseBytes, planWith } from './plans.ts'

describe('phases', () => {
  it('sum up to the terms that they print', () => {
    for (const { bytes, terms } of estimateOf(planWith({ training: { gradient_checkpointing: 'full' } }))
      .phases)
      expect(amountOf(terms, '')).toBeCloseTo(bytes, 0)
  })

  it('have the training peak as allocated memory, and its name', () => {
    const estimate = estimateOf(planWith())
    const training = estimate.phases.filter(({ phase }) =>
      ['forward', 'loss', 'backward', 'optimizer'].includes(phase),
    )
    const peak = Math.max(...training.map(({ bytes }) => bytes))
    expect(estimate.allocatedBytes.mid).toBe(peak)
    expect(training.find(({ bytes }) => bytes === peak)?.phase).toBe(estimate.peakPhase)
  })

  it('make one more parameter-sized temporary in a foreach step, none in a fused one', () => {
    const foreach = planWith({ training: { optimizer: 'adamw' } })
    expect(bytesOf(foreach, 'optimizer', 'temporary/optimizer')).toBe(2 * LLAMA_1B)
    // 10 B a parameter in pure bf16, whatever the batch
    expect(phaseBytes(foreach, 'optimizer')).toBe(10 * LLAMA_1B)
    expect(phaseBytes(planWith(), 'optimizer')).toBe(8 * LLAMA_1B)
  })

  it('make temporaries of the largest tensor alone where the step goes tensor by tensor', () => {
    const plan = planWith({ training: { optimizer: 'adafactor' } })
    expect(bytesOf(plan, 'optimizer', 'temporary/optimizer')).toBe(3 * 2 * 128_256 * 2048)
  })

  it('keep no gradients when the step runs inside the backward pass', () => {
    const plan = planWith({ training: { fused_backward: true } })
    expect(phaseBytes(plan, 'optimizer')).toBe(6 * LLAMA_1B)
    // the tied head's gradient waits for the embedding's
    expect(bytesOf(plan, 'backward', 'gradients/parameters')).toBeLessThanOrEqual(2 * 128_256 * 2048)
  })

  it('keep gradients through every pass once they accumulate', () => {
    const once = planWith()
    const twice = planWith({ training: { global_batch_size: 4 } })
    expect(bytesOf(once, 'forward', 'gradients/parameters')).toBe(0)
    expect(bytesOf(twice, 'forward', 'gradients/parameters')).toBe(2 * LLAMA_1B)
  })

  it('have fp32 gradients from the start in Megatron', () => {
    const plan = planWith({ training: { stack: 'megatron', precision: 'bf16-master' } })
    expect(bytesOf(plan, 'forward', 'gradients/parameters')).toBe(4 * LLAMA_1B)
    // 2 weights, 4 gradients, 4 masters, 8 states
    expect(phaseBytes(plan, 'optimizer')).toBe(18 * LLAMA_1B)
  })

  it('see every sample twice under dpo and no logits in a reward model', () => {
    const sft = planWith({ training: { global_batch_size: 2, micro_batch_size: 2 } })
    const dpo = planWith({ training: { algorithm: 'orpo', global_batch_size: 1, micro_batch_size: 1 } })
    expect(bytesOf(dpo, 'loss', 'loss/')).toBe(bytesOf(sft, 'loss', 'loss/'))
    expect(bytesOf(planWith({ training: { algorithm: 'rm' } }), 'loss', 'loss/')).toBe(0)
  })

  it('load a quantised model with its largest weight in 16 bits', () => {
    const plan = planWith({ training: { method: 'qlora', lora: { rank: 16 }, precision: 'bf16-mixed' } })
    expect(bytesOf(plan, 'load', 'temporary/load')).toBe(2 * 2048 * 8192)
  })

  it('need a key-value cache to generate in an evaluation or for grpo', () => {
    // 2 sequences, 1024 tokens, 16 layers, 8 heads of 64 keys and values, 2 B
    const cache = 2 * 1024 * 16 * 8 * 128 * 2
    const evaluated = { ...planWith(), evaluation: { examples: 10, everySteps: null, generate: true } }
    expect(bytesOf(evaluated, 'evaluation', 'activations/key-value-cache')).toBe(cache)
    expect(
      bytesOf(planWith({ training: { algorithm: 'grpo' } }), 'evaluation', 'activations/key-value-cache'),
    ).toBe(cache)
  })

  it('move checkpoints into the host when they are offloaded', () => {
    const full = planWith({ training: { gradient_checkpointing: 'full' } })
    const offload = planWith({ training: { gradient_checkpointing: 'offload' } })
    expect(estimateOf(offload).activationBytes).toBeLessThan(estimateOf(full).activationBytes)
    // 16 layers, 2048 tokens of 2048 values, 2 B
    expect(amountOf(estimateOf(offload).hostTerms, 'activations/offloaded')).toBe(16 * 2048 * 2048 * 2)
  })

  it('take the longest sample of padded data, the whole row of packed data', () => {
    const padded = planWith({
      dataset: { packing: false, tokens: { mean: 512, max: 512 } },
      training: { sequence_length: 1024 },
    })
    const short = planWith({ training: { sequence_length: 512 } })
    expect(phaseBytes(padded, 'loss')).toBe(phaseBytes(short, 'loss'))
  })

  it('say that the stack is unmeasured', () => {
    expect(estimateOf(planWith()).notes.map(({ code }) => code)).toContain('stack-unmeasured')
    expect(estimateOf(planWith({ training: { stack: 'trl' } })).notes).toEqual([])
  })
})

describe('a pipeline', () => {
  const staged = (pp: number) =>
    planWith({
      training: { sharding: { pp }, global_batch_size: 16, micro_batch_size: 1 },
      hardware: { count: pp },
    })

  it('holds as many micro-batches in flight on the first stage as there are stages', () => {
    const [first] = estimateOf(staged(4)).phases.filter(({ phase }) => phase === 'forward')
    expect(amountOf(first?.terms ?? [], 'activations/in-flight')).toBeGreaterThan(0)
    expect(bytesOf(staged(1), 'forward', 'activations/in-flight')).toBe(0)
  })

  it('never needs more on a rank than one GPU with everything', () => {
    const alone = estimateOf(staged(1)).allocatedBytes.mid
    for (const pp of [2, 4, 8]) expect(estimateOf(staged(pp)).allocatedBytes.mid).toBeLessThan(alone)
  })
})
