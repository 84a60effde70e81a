import { describe, expect, it } from 'vitest'
import { memoryObservations, relativeError, timeObservation } from '../../../src/core/accuracy/observation.ts'
import { GIB, type Range } from '../../../src/core/units.ts'

const gib = (mid: number): Range => ({ low: mid * 0.9 * GIB, mid: mid * GIB, high: mid * 1.1 * GIB })
const predicted = {
  allocatedBytes: gib(10),
  reservedBytes: gib(12),
  deviceBytes: gib(13),
  fitProbability: 1,
  stepSeconds: { low: 1.8, mid: 2, high: 2.5 },
  tokensPerSecondPerGpu: { low: 800, mid: 1000, high: 1100 },
  gradientAccumulation: 4,
}

describe('observations', () => {
  it('is no error inside a measured interval and counts from its nearest end outside', () => {
    expect(relativeError([10, 11], 10.5)).toBe(0)
    expect(relativeError([10, 11], 9)).toBeCloseTo(-0.1, 12)
    expect(relativeError([10, 11], 12.1)).toBeCloseTo(0.1, 12)
  })

  it('compares each counter that was measured with its own prediction', () => {
    const rows = memoryObservations({ allocatedGib: 10, deviceGib: 14.5 }, predicted)
    expect(rows.map((row) => row.counter)).toEqual(['allocated', 'device'])
    expect(rows[0]?.error).toBe(0)
    expect(rows[1]?.aboveHigh).toBe(true)
  })

  it('compares a range of an unknown counter with reserved', () => {
    const [row] = memoryObservations({ memoryGibRange: [11, 13], memoryCounter: 'unknown' }, predicted)
    expect(row).toMatchObject({ counter: 'unknown', error: 0, covered: true })
  })

  it('prefers tokens a second, then steps, then micro-steps', () => {
    expect(timeObservation({ tokensPerSecondPerGpu: 800, stepSeconds: 9 }, predicted)?.error).toBeCloseTo(
      0.25,
      12,
    )
    // 2 s predicted, 2.5 s measured: 25 % too fast
    expect(timeObservation({ stepSeconds: 2.5 }, predicted)?.error).toBeCloseTo(0.25, 12)
    // 2 s / 4 micro-steps predicted = 0.5 s, as measured
    expect(timeObservation({ microStepSeconds: 0.5 }, predicted)?.error).toBeCloseTo(0, 12)
    expect(timeObservation({}, predicted)).toBeNull()
  })
})
