import { describe, expect, it } from 'vitest'
import { quantile, statisticsOf } from '../../../src/core/accuracy/statistics.ts'

const row = (group: string, error: number, aboveHigh = false, covered = true) => ({
  group,
  error,
  aboveHigh,
  covered,
})

describe('statistics of compared rows', () => {
  it('averages inside a group before it averages over groups', () => {
    // group a: mean |error| (0.1 + 0.3) / 2 = 0.2; group b: 0.4; mean over groups 0.3, not (0.1 + 0.3 + 0.4) / 3
    const statistics = statisticsOf([row('a', 0.1), row('a', -0.3), row('b', 0.4)])
    expect(statistics?.meanAbsolute).toBeCloseTo(0.3, 12)
    expect(statistics?.medianAbsolute).toBeCloseTo(0.3, 12)
    expect(statistics?.bias).toBeCloseTo((-0.1 + 0.4) / 2, 12)
    expect(statistics?.groups).toBe(2)
    expect(statistics?.rows).toBe(3)
  })

  it('counts coverage and misses over rows', () => {
    const statistics = statisticsOf([row('a', 0, true, false), row('a', 0), row('b', 0), row('b', 0)])
    expect(statistics?.aboveHighFraction).toBe(0.25)
    expect(statistics?.coverageFraction).toBe(0.75)
  })

  it('has nothing to say about no rows', () => {
    expect(statisticsOf([])).toBeNull()
  })

  it('interpolates quantiles between order statistics', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5)
    expect(quantile([10, 20], 0.9)).toBeCloseTo(19, 12)
  })
})
