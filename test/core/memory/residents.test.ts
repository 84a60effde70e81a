import { describe, expect, it } from 'vitest'
import { amountOf, bytesOf, estimateOf, LLAMA_1B, LLAMA_1B_LINEARS, planWith } from './plans.ts'

const lora = { rank: 16, alpha: 32, targets: 'all-linear', dropout: 0 }
/** r·(in + out) of the seven linears of a layer of Llama 3.2 1B, 16 layers, rank 16. */
const ADAPTERS = 16 * 16 * (2 * (2048 + 2048) + 2 * (2048 + 512) + 2 * (2048 + 8192) + (8192 + 2048))

describe('what stays on the card between steps', () => {
  it('is weights and two states of 2 bytes in pure bf16, 4 bytes each in fp32', () => {
    const pure = planWith()
    expect(bytesOf(pure, 'forward', 'weights/trained')).toBe(2 * LLAMA_1B)
    expect(bytesOf(pure, 'forward', 'optimizer/states')).toBe(4 * LLAMA_1B)
    const wide = planWith({ training: { precision: 'fp32' } })
    expect(bytesOf(wide, 'forward', 'weights/trained')).toBe(4 * LLAMA_1B)
    expect(bytesOf(wide, 'forward', 'optimizer/states')).toBe(8 * LLAMA_1B)
  })

  it('counts a tied embedding once, and twice where the stack unties it', () => {
    const untied = planWith({ training: { stack: 'litgpt' } })
    expect(bytesOf(untied, 'forward', 'weights/trained')).toBe(2 * (LLAMA_1B + 128_256 * 2048))
  })

  it('is 16-bit weights, fp32 masters and fp32 states with masters', () => {
    const plan = planWith({ training: { precision: 'bf16-master' } })
    expect(bytesOf(plan, 'forward', 'weights/trained')).toBe(2 * LLAMA_1B)
    expect(bytesOf(plan, 'forward', 'weights/masters')).toBe(4 * LLAMA_1B)
    expect(bytesOf(plan, 'forward', 'optimizer/states')).toBe(8 * LLAMA_1B)
  })

  it('quantises the linears of the layers and keeps embeddings and norms', () => {
    const plan = planWith({
      training: { method: 'qlora', lora, precision: 'bf16-mixed', kbit_upcast: false },
    })
    expect(bytesOf(plan, 'forward', 'weights/quantized')).toBe(LLAMA_1B_LINEARS / 2)
    // q/64 + 4·q/16384 + 1092 B for each of 7·16 linears
    expect(bytesOf(plan, 'forward', 'weights/constants')).toBe(
      LLAMA_1B_LINEARS / 64 + LLAMA_1B_LINEARS / 4096 + 112 * 1092,
    )
    expect(bytesOf(plan, 'forward', 'weights/base')).toBe(2 * (LLAMA_1B - LLAMA_1B_LINEARS))
  })

  it('holds what is not quantised in fp32 after k-bit preparation', () => {
    const plan = planWith({ training: { method: 'qlora', lora, precision: 'bf16-mixed', kbit_upcast: true } })
    expect(bytesOf(plan, 'forward', 'weights/base')).toBe(4 * (LLAMA_1B - LLAMA_1B_LINEARS))
  })

  it('holds r·(in + out) values an adapter in fp32, as many as there are adapters, and states of one', () => {
    const one = planWith({ training: { method: 'lora', lora, precision: 'bf16-mixed' } })
    expect(bytesOf(one, 'forward', 'adapters/weights')).toBe(4 * ADAPTERS)
    expect(bytesOf(one, 'forward', 'optimizer/states')).toBe(8 * ADAPTERS)
    const three = planWith({
      training: { method: 'lora', lora: { ...lora, count: 3 }, precision: 'bf16-mixed' },
    })
    expect(bytesOf(three, 'forward', 'adapters/weights')).toBe(3 * 4 * ADAPTERS)
    expect(bytesOf(three, 'forward', 'optimizer/states')).toBe(8 * ADAPTERS)
  })

  it('adds one magnitude an output with DoRA', () => {
    const outputs = 16 * (2 * 2048 + 2 * 512 + 2 * 8192 + 2048)
    const plan = planWith({
      training: { method: 'lora', lora: { ...lora, variant: 'dora' }, precision: 'bf16-mixed' },
    })
    expect(bytesOf(plan, 'forward', 'adapters/weights')).toBe(4 * (ADAPTERS + outputs))
  })

  it('trains a whole copy of a module beside its frozen original', () => {
    const plan = planWith({
      training: {
        method: 'lora',
        lora: { ...lora, train_modules: ['embed_tokens'] },
        precision: 'bf16-mixed',
      },
    })
    expect(bytesOf(plan, 'forward', 'adapters/modules')).toBe(4 * 128_256 * 2048)
    expect(bytesOf(plan, 'forward', 'weights/base')).toBe(2 * LLAMA_1B)
    expect(bytesOf(plan, 'forward', 'optimizer/states')).toBe(8 * (ADAPTERS + 128_256 * 2048))
  })

  it('keeps a frozen copy to compare with under dpo, none with adapters', () => {
    expect(bytesOf(planWith({ training: { algorithm: 'dpo' } }), 'forward', 'weights/reference')).toBe(
      2 * LLAMA_1B,
    )
    const adapted = planWith({ training: { algorithm: 'dpo', method: 'lora', lora } })
    expect(bytesOf(adapted, 'forward', 'weights/reference')).toBe(0)
    expect(bytesOf(planWith({ training: { algorithm: 'orpo' } }), 'forward', 'weights/reference')).toBe(0)
  })

  it('trains layers or biases alone', () => {
    const layer = LLAMA_1B_LINEARS / 16 + 2 * 2048
    const two = planWith({ training: { method: 'freeze', freeze: { layers: '14-15' } } })
    expect(bytesOf(two, 'forward', 'weights/trained')).toBe(2 * 2 * layer)
    expect(bytesOf(two, 'forward', 'weights/base')).toBe(2 * (LLAMA_1B - 2 * layer))
    const biases = planWith({ model: 'qwen2.5-0.5b', training: { method: 'bitfit' } })
    // q, k and v of 24 layers: 896 + 2·128
    expect(bytesOf(biases, 'optimizer', 'gradients/parameters')).toBe(2 * 24 * (896 + 256))
  })

  it('puts paged states into unified memory and host states into the host', () => {
    const paged = estimateOf(planWith({ training: { optimizer: 'paged-adamw-32bit' } }))
    expect(amountOf(paged.phases[1]?.terms ?? [], 'optimizer/states')).toBe(0)
    expect(amountOf(paged.hostTerms, 'optimizer/states')).toBe(8 * LLAMA_1B)
    expect(paged.deviceBytes.mid - paged.reservedBytes.mid).toBeGreaterThan(8 * LLAMA_1B)
    const onHost = estimateOf(planWith({ training: { optimizer: 'adamw-cpu', precision: 'bf16-master' } }))
    expect(amountOf(onHost.hostTerms, 'optimizer/states')).toBe(8 * LLAMA_1B)
    expect(amountOf(onHost.hostTerms, 'weights/masters')).toBe(4 * LLAMA_1B)
    expect(amountOf(onHost.phases[1]?.terms ?? [], 'weights/masters')).toBe(0)
  })
})
