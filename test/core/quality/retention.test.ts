import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { taskIds } from '../../../src/core/domain/spec-values.ts'
import { type RetentionInput, retention } from '../../../src/core/quality/retention.ts'
import { rules, task } from './retention-presets.ts'

/** Llama-3-8B, all linear layers: 2,621,440 adapter parameters for each unit of rank. */
const PARAMETERS_PER_RANK = 2_621_440

const input = (kind: string, rank: number, changes: Partial<RetentionInput> = {}): RetentionInput => ({
  task: task(kind),
  rules,
  method: 'lora',
  adapters: { rank, variant: 'lora', targets: ['all-linear'] },
  adapterParameters: rank * PARAMETERS_PER_RANK,
  uniqueAmount: 1e8,
  quantization: null,
  modelParameters: 8.03e9,
  learningRate: null,
  ...changes,
})
const qlora = { method: 'qlora', quantization: { type: 'nf4' } } as const
const of = (kind: string, rank: number, changes: Partial<RetentionInput> = {}) => {
  const result = retention(input(kind, rank, changes))
  if (result === null) throw new Error('no retention')
  return result
}

describe('retention', () => {
  it('keeps 0.90 of full fine-tuning on 100M tokens of mathematics at rank 16', () => {
    // ratio = 1e8 / (2 x 41.9e6) = 1.19; 0.99 - 0.085 x log10(11.9) = 0.8985; x 0.94 and x 1.04
    const { low, mid, high, grade } = of('math', 16)
    expect(mid).toBeCloseTo(0.8985, 3)
    expect(low).toBeCloseTo(0.8446, 3)
    expect(high).toBeCloseTo(0.9345, 3)
    expect(grade).toBe('A')
  })

  it('loses two hundredths more on an nf4 base, and says so with grade B', () => {
    // 0.8985 x 0.98 = 0.8805; down sqrt(0.06^2 + (0.03/0.98)^2) x 1.25 = 0.0842; up sqrt(0.04^2 + (0.02/0.98)^2) x 1.25 = 0.0561
    const { low, mid, high, grade } = of('math', 16, qlora)
    expect(mid).toBeCloseTo(0.8805, 3)
    expect(low).toBeCloseTo(0.8064, 3)
    expect(high).toBeCloseTo(0.93, 3)
    expect(grade).toBe('B')
  })

  it('has room at rank 256', () => {
    const { low, mid, high } = of('math', 256)
    expect([low, mid, high].map((x) => Math.round(x * 100) / 100)).toEqual([0.93, 0.99, 1.03])
  })

  it('keeps 0.85 of a billion tokens of a domain at rank 64', () => {
    const { low, mid, high } = of('domain', 64, { uniqueAmount: 1e9 })
    expect([low, mid, high].map((x) => Math.round(x * 100) / 100)).toEqual([0.74, 0.85, 0.93])
  })

  it('is 1 for full fine-tuning, by definition', () => {
    expect(retention(input('code', 16, { method: 'full', adapters: null }))).toMatchObject({
      low: 1,
      mid: 1,
      high: 1,
    })
  })

  it('is unknown where nobody measured', () => {
    expect(retention(input('math', 16, { method: 'bitfit', adapters: null }))).toBeNull()
    expect(retention(input('rl', 16, { method: 'galore', adapters: null }))).toBeNull()
    expect(retention(input('format', 16, { method: 'bitfit', adapters: null }))).toMatchObject({ mid: 0.98 })
  })

  it('knows nothing of room when the amount of data is unknown, and trusts itself less', () => {
    expect(of('math', 16, { uniqueAmount: null })).toMatchObject({
      mid: 0.99,
      grade: 'B',
      basis: expect.arrayContaining(['kind math, amount of data unknown']),
    })
  })

  it('takes the scores that the user measured on this kind of data, and no others', () => {
    const row = { method: 'lora', task: 'math', rank: 16, full: 0.7, score: 0.7, n: 5000 }
    const measured = of('math', 16, {
      measured: [row, { ...row, task: 'code', score: 0.1 }, { ...row, rank: 64, score: 0.1 }],
    })
    expect(measured.mid).toBeGreaterThan(0.95)
    expect(measured.grade).toBe('A')
    expect(measured.basis[0]).toBe('measured: 0.7 of 0.7 on 5000 items')
  })

  it('falls to the floor with grade D beyond what was measured', () => {
    expect(of('domain', 1, { uniqueAmount: 1e13 })).toMatchObject({ mid: 0.5, grade: 'D' })
  })

  it('widens downwards at the learning rate of full fine-tuning', () => {
    const tuned = of('math', 16)
    const untuned = of('math', 16, { learningRate: 2e-5 })
    expect(tuned.low - untuned.low).toBeCloseTo(0.08 * tuned.mid, 6)
    expect(untuned.high).toBe(tuned.high)
    expect(of('rl', 16, { learningRate: 2e-5 }).low).toBe(of('rl', 16).low)
  })

  it('keeps more of a quantised base with an initialisation that knows of it', () => {
    const loftq = { rank: 16, variant: 'loftq', targets: ['all-linear'] } as const
    expect(of('math', 16, { ...qlora, adapters: loftq }).mid / of('math', 16).mid).toBeCloseTo(0.99, 6)
  })

  it('puts fp4 0.012 below nf4, and int8 at 16 bits', () => {
    const nf4 = of('instruct', 64, qlora).mid / of('instruct', 64).mid
    const fp4 =
      of('instruct', 64, { method: 'qlora', quantization: { type: 'fp4' } }).mid / of('instruct', 64).mid
    expect(nf4 - fp4).toBeCloseTo(0.012, 6)
    expect(of('instruct', 64, { method: 'qlora', quantization: { type: 'int8' } }).mid).toBe(
      of('instruct', 64).mid,
    )
  })

  it('loses with adapters on attention only, except on format', () => {
    const attention = { rank: 16, variant: 'lora', targets: ['q_proj', 'v_proj'] } as const
    expect(of('math', 16, { adapters: attention }).mid / of('math', 16).mid).toBeCloseTo(0.96, 6)
    expect(of('format', 16, { adapters: attention }).mid).toBe(of('format', 16).mid)
  })

  it('trusts a fitted slope less on a model larger than any study compared', () => {
    expect(of('math', 16, { modelParameters: 70e9 }).grade).toBe('B')
    expect(of('format', 16, { modelParameters: 70e9 }).grade).toBe('A')
  })

  it('keeps low <= mid <= high, and more rank never loses', () => {
    const kinds = fc.constantFrom(...taskIds)
    fc.assert(
      fc.property(
        kinds,
        fc.integer({ min: 1, max: 512 }),
        fc.double({ min: 1e3, max: 1e13, noNaN: true }),
        fc.boolean(),
        (kind, rank, uniqueAmount, quantized) => {
          const changes = { uniqueAmount, ...(quantized ? qlora : {}) }
          const { low, mid, high } = of(kind, rank, changes)
          expect(low).toBeLessThanOrEqual(mid)
          expect(mid).toBeLessThanOrEqual(high)
          expect(low).toBeGreaterThanOrEqual(0)
          expect(high).toBeLessThanOrEqual(1.03)
          expect(of(kind, rank * 2, changes).mid).toBeGreaterThanOrEqual(mid)
          expect(of(kind, rank, { ...changes, uniqueAmount: uniqueAmount * 2 }).mid).toBeLessThanOrEqual(mid)
        },
      ),
    )
  })
})
