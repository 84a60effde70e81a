import { describe, expect, it } from 'vitest'
import { stateBytes, statesBytes, stateValues } from '../../../src/core/memory/optimizer-states.ts'
import { library } from './plans.ts'

const matrix = { shape: [1024, 4096], projectionRank: null }
const vector = { shape: [4096], projectionRank: null }

describe('optimizer states', () => {
  it('are two values of the dtype of the parameter under AdamW', () => {
    expect(statesBytes(library.optimizer('adamw'), matrix, 2)).toBe(2 * 2 * 1024 * 4096)
    expect(statesBytes(library.optimizer('adamw'), matrix, 4)).toBe(2 * 4 * 1024 * 4096)
  })

  it('are two bytes a value and a constant for each block of 256 in 8 bits', () => {
    expect(statesBytes(library.optimizer('adamw-8bit'), matrix, 2)).toBe(2 * (4_194_304 + 4 * 16_384))
  })

  it('stay in fp32 for small tensors', () => {
    const small = { shape: [4095], projectionRank: null }
    expect(statesBytes(library.optimizer('adamw-8bit'), small, 2)).toBe(2 * 4 * 4095)
    expect(statesBytes(library.optimizer('adamw-8bit'), vector, 2)).toBe(2 * (4096 + 4 * 16))
  })

  it('are a row and a column for a matrix under Adafactor, and whole for a vector', () => {
    expect(statesBytes(library.optimizer('adafactor'), matrix, 2)).toBe(4 * (1024 + 4096))
    expect(statesBytes(library.optimizer('adafactor'), vector, 2)).toBe(4 * 4096)
    expect(stateValues('rows-and-columns', { shape: [8, 1024, 4096], projectionRank: null })).toBe(
      8 * (1024 + 4096),
    )
  })

  it('are rank times the longer side and a projection of the shorter one under GaLore', () => {
    const projected = { shape: [1024, 4096], projectionRank: 128 }
    const optimizer = library.optimizer('adamw')
    const low = {
      ...optimizer,
      states: optimizer.states.map((state) => ({ ...state, extent: 'low-rank' as const })),
    }
    expect(statesBytes(low, projected, 2)).toBe(2 * 2 * 128 * 4096 + 2 * 128 * 1024)
  })

  it('are none for plain gradient descent', () => {
    expect(statesBytes(library.optimizer('sgd'), matrix, 2)).toBe(0)
  })

  it('need half a byte a value in 4 bits', () => {
    const [state] = library.optimizer('adamw-4bit').states
    if (state === undefined) throw new Error('no state')
    expect(stateBytes(state, { minimum_quantized_size: 4096 }, matrix, 2)).toBe(2_097_152 + 4 * 32_768)
  })
})
