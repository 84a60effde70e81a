import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviationOf, type Evidence, posterior } from '../../../src/core/calibration/posterior.ts'

const scatter = { deviation: 0.05, runs: 4 }
const evidence = (runs: number, mean: number, share = 1, spread = 0): Evidence => ({
  runs,
  weight: runs * share ** 2,
  mean,
  spread,
  gpus: ['rtx4090'],
})

describe('the offset of own runs', () => {
  it('reads a standard deviation off a 90 % range', () => {
    // ln(1.2 / 0.8) / (2 · 1.6449) = 0.405465 / 3.2898
    expect(deviationOf({ low: 0.8, mid: 1, high: 1.2 })).toBeCloseTo(0.12325, 5)
  })

  it('is shrunk towards 1 by the ratio of scatter and packaged variance', () => {
    // scatter² = 0.0025, offset variance = 0.13² - 0.0025 = 0.0144: weight 0.0144 / 0.0169 = 0.852071 for one run
    const one = posterior(evidence(1, Math.log(1.2)), { deviation: 0.13, share: 1 }, scatter)
    expect(Math.log(one.factor) / Math.log(1.2)).toBeCloseTo(0.852071, 6)
    // √(0.0025 + 1/(400 + 69.4444)) / 0.13 = √(0.0025 + 0.00213018) / 0.13
    expect(one.narrowing).toBeCloseTo(0.523424, 5)
    const four = posterior(evidence(4, Math.log(1.2)), { deviation: 0.13, share: 1 }, scatter)
    expect(Math.log(four.factor) / Math.log(1.2)).toBeCloseTo(1600 / 1669.4444, 6)
  })

  it('gives the documented 10 to 15 % around a known stack after one run', () => {
    // A known stack: 90 % within 1.15 times, deviation 0.085.
    const after = posterior(evidence(1, 0), { deviation: 0.085, share: 1 }, { deviation: 0.07, runs: 4 })
    const factor = Math.exp(1.6449 * 0.085 * after.narrowing)
    expect(factor).toBeGreaterThan(1.1)
    expect(factor).toBeLessThan(1.15)
  })

  it('keeps the range wider where own runs scatter more than others do', () => {
    const alike = posterior(evidence(5, 0), { deviation: 0.2, share: 1 }, scatter)
    // Five runs, each 0.15 from their mean: variance (4 · 0.0025 + 5 · 0.0225) / 8 = 0.0153125, which is 6.125 times 0.0025
    const scattered = posterior(evidence(5, 0, 1, 5 * 0.0225), { deviation: 0.2, share: 1 }, scatter)
    expect(scattered.narrowing).toBeGreaterThan(alike.narrowing)
    expect(scattered.narrowing).toBeCloseTo(Math.sqrt(0.0153125 + 1 / (5 / 0.0153125 + 1 / 0.0375)) / 0.2, 6)
  })

  const cases = fc.record({
    runs: fc.integer({ min: 1, max: 500 }),
    mean: fc.double({ min: -1.6, max: 1.6, noNaN: true }),
    spread: fc.double({ min: 0, max: 5, noNaN: true }),
    share: fc.double({ min: 0.01, max: 1, noNaN: true }),
    deviation: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
  })

  it('trusts a precise package more than a run', () => {
    // Packaged deviation 0.02, offset variance 0.0002: weight 0.0002 / 0.0027
    const found = posterior(evidence(1, -0.3), { deviation: 0.02, share: 1 }, scatter)
    expect(Math.log(found.factor)).toBeCloseTo((-0.3 * 0.0002) / 0.0027, 9)
  })

  it('never widens a range, and never goes beyond what was measured', () => {
    fc.assert(
      fc.property(cases, ({ runs, mean, spread, share, deviation }) => {
        const found = posterior(evidence(runs, mean, share, spread), { deviation, share }, scatter)
        expect(found.narrowing).toBeGreaterThan(0)
        expect(found.narrowing).toBeLessThanOrEqual(1)
        expect(Math.abs(Math.log(found.factor))).toBeLessThanOrEqual(Math.abs(mean) + 1e-12)
        expect(Math.log(found.factor) * mean).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('becomes what many like runs measured', () => {
    fc.assert(
      fc.property(cases, ({ mean, share, deviation }) => {
        const found = posterior(evidence(1e13, mean, share), { deviation, share }, scatter)
        expect(Math.log(found.factor)).toBeCloseTo(mean, 4)
      }),
    )
  })

  it('changes nothing without runs, without a part that can be off, and where the range is a point', () => {
    const nothing = { factor: 1, narrowing: 1 }
    expect(posterior(evidence(0, 0), { deviation: 0.1, share: 1 }, scatter)).toEqual(nothing)
    expect(posterior(evidence(3, 1), { deviation: 0.1, share: 0 }, scatter)).toEqual(nothing)
    expect(posterior(evidence(3, 1), { deviation: 0, share: 1 }, scatter)).toEqual(nothing)
  })
})
