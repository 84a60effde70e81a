import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparisonItems } from '../../../src/core/quality/comparison-items.ts'

describe('the items of an A/B comparison', () => {
  it('are 1,094 for each version to see 5 points at 75 %, by the usual formula', () => {
    // m 0.775: 1.96 sqrt(2 x 0.775 x 0.225) = 1.1575; 0.8416 sqrt(0.1875 + 0.16) = 0.4961; (1.6536 / 0.05)^2 = 1093.8
    expect(comparisonItems({ score: 0.75, difference: 0.05, disagreement: null }).unpaired).toBe(1094)
  })

  it('are fewer when both versions answer the same items', () => {
    // D 0.10, d 0.02: (1.96 x 0.31623 + 0.8416 x sqrt(0.0996))^2 / 0.0004 = (0.61981 + 0.26560)^2 / 0.0004 = 1959.9
    expect(comparisonItems({ score: 0.9, difference: -0.02, disagreement: 0.1 }).paired).toBe(1960)
    const worthwhile = fc.record({
      score: fc.double({ min: 0.3, max: 0.8, noNaN: true }),
      difference: fc.double({ min: 0.01, max: 0.1, noNaN: true }),
      disagreement: fc.constant(0.1),
    })
    fc.assert(
      fc.property(worthwhile, (input) => {
        const { paired, unpaired } = comparisonItems(input)
        expect(paired).toBeLessThan(unpaired)
      }),
    )
  })

  it('refuse what no comparison can see', () => {
    expect(() => comparisonItems({ score: 1, difference: 0.1, disagreement: null })).toThrow('score: 1')
    expect(() => comparisonItems({ score: 0.5, difference: 0, disagreement: null })).toThrow('difference: 0')
    expect(() => comparisonItems({ score: 0.5, difference: 0.2, disagreement: 0.1 })).toThrow(
      'disagreement: 0.1',
    )
  })
})
