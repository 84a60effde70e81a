import { describe, expect, it } from 'vitest'
import { ratioDeviation, withMeasured } from '../../../src/core/quality/measured-score.ts'
import { expectedScore } from '../../../src/core/quality/score.ts'

const row = { method: 'qlora', task: null, rank: null, full: 0.704, score: 0.674, n: 1319 }
const modelled = { low: 0.85, mid: 0.9, high: 0.95, grade: 'B', basis: ['model'] } as const

describe('measured scores', () => {
  it('have the standard error of a ratio of two binomial shares', () => {
    // 0.9574 x sqrt(0.326/(0.674 x 1319) + 0.296/(0.704 x 1319)) = 0.9574 x sqrt(3.667e-4 + 3.188e-4)
    expect(ratioDeviation(row)).toBeCloseTo(0.02507, 4)
  })

  it('pull the model by inverse variance, and become grade A', () => {
    // model sd 0.0304 -> weight 1082; measured sd 0.0251 -> weight 1591; (0.9 x 1082 + 0.9574 x 1591) / 2673
    const joined = withMeasured(modelled, [row])
    expect(joined?.mid).toBeCloseTo(0.9342, 3)
    expect(joined?.grade).toBe('A')
    expect((joined?.high ?? 0) - (joined?.low ?? 0)).toBeLessThan(0.1)
  })

  it('stand alone where the model knows nothing', () => {
    expect(withMeasured(null, [row])?.mid).toBeCloseTo(0.9574, 4)
  })

  it('are refused when they are no shares', () => {
    expect(() => withMeasured(modelled, [{ ...row, score: 67.4 }])).toThrow('score: 67.4')
    expect(() => withMeasured(modelled, [{ ...row, n: 0 }])).toThrow('n: 0')
    expect(() => withMeasured(modelled, [{ ...row, full: 0 }])).toThrow('full: 0')
  })
})

describe('the expected score', () => {
  it('shows how much of the gain is lost behind a high base score', () => {
    // OpenWebMath rank 16: 0.165 / 0.293 = 0.563 of the score, (0.165 - 0.145) / (0.293 - 0.145) = 0.135 of the gain
    const share = 0.165 / 0.293
    const { score, gain } = expectedScore({ ...modelled, mid: share }, 0.293, 0.145)
    expect(score.mid).toBeCloseTo(0.165, 9)
    expect(gain?.mid).toBeCloseTo(0.1351, 4)
  })

  it('refuses a base score above the full one', () => {
    expect(() => expectedScore(modelled, 0.3, 0.4)).toThrow('quality.base_score: 0.4')
    expect(() => expectedScore(modelled, 0, null)).toThrow('quality.full_score: 0')
    expect(expectedScore(modelled, 0.5, null).gain).toBeNull()
  })
})
