import { describe, expect, it } from 'vitest'
import { normalShare, Z80_ONE_SIDED, Z90, Z95 } from '../../../src/core/normal-share.ts'
import { gateProbability } from '../../../src/core/quality/gate.ts'

const certain = { low: 1, mid: 1, high: 1 }

describe('the probability of passing a gate', () => {
  it('is 10 % for a model at 0.87 and a target of 0.90 on 200 items, 2 % on 500', () => {
    const at = (evalItems: number) =>
      gateProbability({ retention: certain, fullScore: 0.87, target: 0.9, evalItems })
    expect(at(200)).toBeCloseTo(0.104, 3)
    expect(at(500)).toBeCloseTo(0.023, 3)
  })

  it('is one half on the target', () => {
    const input = {
      retention: { low: 0.9, mid: 0.95, high: 1 },
      fullScore: 0.8,
      target: 0.76,
      evalItems: 100,
    }
    expect(gateProbability(input)).toBeCloseTo(0.5, 6)
  })

  it('adds the spread of retention and evaluation', () => {
    // mu 0.855; sd = sqrt((0.1/3.2898 x 0.9)^2 + 0.855 x 0.145/500) = sqrt(7.484e-4 + 2.480e-4) = 0.03157; z = -1.426
    const input = {
      retention: { low: 0.9, mid: 0.95, high: 1 },
      fullScore: 0.9,
      target: 0.9,
      evalItems: 500,
    }
    expect(gateProbability(input)).toBeCloseTo(0.077, 3)
  })

  it('refuses scores and items that are none', () => {
    const input = { retention: certain, fullScore: 0.8, target: 0.9, evalItems: 100 }
    expect(() => gateProbability({ ...input, target: 1.2 })).toThrow('gate.target: 1.2')
    expect(() => gateProbability({ ...input, evalItems: 0 })).toThrow('gate.eval_items: 0')
    expect(gateProbability({ ...input, fullScore: 1 })).toBe(1)
  })
})

describe('the normal distribution', () => {
  it('has its known quantiles', () => {
    expect(normalShare(0)).toBeCloseTo(0.5, 6)
    expect(normalShare(Z90)).toBeCloseTo(0.95, 5)
    expect(normalShare(-Z95)).toBeCloseTo(0.025, 5)
    expect(normalShare(Z80_ONE_SIDED)).toBeCloseTo(0.8, 4)
  })
})
