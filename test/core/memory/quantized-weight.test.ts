import { describe, expect, it } from 'vitest'
import { quantizedWeight } from '../../../src/core/memory/quantized-weight.ts'

const square = { inFeatures: 4096, outFeatures: 4096 }
const q = 4096 * 4096

describe('a quantised weight of 4096 x 4096', () => {
  it('takes half a byte a value and one fp32 constant for 64 values in NF4', () => {
    expect(quantizedWeight(square, { type: 'nf4', doubleQuant: false })).toEqual({
      values: 8_388_608,
      constants: 1_048_576 + 64,
    })
  })

  it('takes one byte for 64 values and one fp32 for 16384 with double quantisation', () => {
    // 262144 one-byte maxima, 1024 fp32 of them, 64 B code book, 1028 B nested code book and offset
    expect(quantizedWeight(square, { type: 'nf4', doubleQuant: true }).constants).toBe(
      262_144 + 4096 + 64 + 1028,
    )
  })

  it('comes to 4.127 bits a value with double quantisation', () => {
    const wide = { inFeatures: 8192, outFeatures: 28672 }
    const { values, constants } = quantizedWeight(wide, { type: 'fp4', doubleQuant: true })
    expect((8 * (values + constants)) / (8192 * 28672)).toBeCloseTo(4.127, 3)
  })

  it('takes a byte a value and one fp32 a row in int8', () => {
    expect(quantizedWeight(square, { type: 'int8', doubleQuant: false })).toEqual({
      values: q,
      constants: 16_384,
    })
  })

  it('takes 16-bit scales, packed zeros and a group index under GPTQ', () => {
    // 32 groups of 128 rows: 32·4096 scales of 2 B, as many zeros of half a byte or one, 4 B for each row
    const zeros = 32 * 4096
    expect(quantizedWeight(square, { type: 'gptq-int4', doubleQuant: false })).toEqual({
      values: q / 2,
      constants: zeros * 2.5 + 16_384,
    })
    expect(quantizedWeight(square, { type: 'gptq-int8', doubleQuant: false })).toEqual({
      values: q,
      constants: zeros * 3 + 16_384,
    })
  })
})
