import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Objective } from '../../../src/core/domain/decision.ts'
import { best, comparedQuality, paretoFlags, rank } from '../../../src/core/plan/rank.ts'
import { candidate, candidateSets } from './candidates.ts'

const chosen: Objective[] = ['cost', 'time', 'quality', 'balanced']
const ids = (all: readonly { id: string }[]) => all.map(({ id }) => id)

describe('the ranking', () => {
  it('never puts a dominated plan first', () => {
    fc.assert(
      fc.property(candidateSets(), fc.constantFrom(...chosen), (all, objective) => {
        const first = rank(all, objective)[0]
        expect(paretoFlags(all)[all.findIndex(({ id }) => id === first?.id)]).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('does not depend on the order in which the plans come', () => {
    const shuffled = candidateSets().chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    )
    fc.assert(
      fc.property(shuffled, fc.constantFrom(...chosen), ([all, other], objective) => {
        expect(ids(rank(other, objective))).toEqual(ids(rank(all, objective)))
      }),
    )
  })

  it('starts with what `best` finds', () => {
    fc.assert(
      fc.property(candidateSets(), fc.constantFrom(...chosen), (all, objective) => {
        expect(best(all, objective)?.id).toBe(rank(all, objective)[0]?.id)
      }),
    )
  })

  it('compares quality by the middle less half of what it may fall short', () => {
    expect(comparedQuality(candidate('a', { retention: [0.8, 0.9, 1] }))).toBeCloseTo(0.85, 12)
    expect(comparedQuality(candidate('a', { retention: null }))).toBe(Number.NEGATIVE_INFINITY)
  })

  it('puts an unknown cost last under cost and balance, never first as if it were free', () => {
    const all = [
      candidate('unknown', { usd: null, hours: 1, retention: [1, 1, 1] }),
      candidate('dear', { usd: 9000 }),
    ]
    expect(ids(rank(all, 'cost'))).toEqual(['dear', 'unknown'])
    expect(ids(rank(all, 'balanced'))).toEqual(['dear', 'unknown'])
  })

  it('takes the cheaper of two plans within 0.02 of quality', () => {
    const all = [
      candidate('full', { usd: 400, retention: [1, 1, 1], method: 'full' }),
      candidate('lora', { usd: 60, retention: [0.98, 0.99, 1] }),
      candidate('qlora', { usd: 30, retention: [0.9, 0.95, 1] }),
    ]
    expect(ids(rank(all, 'quality'))).toEqual(['lora', 'full', 'qlora'])
    expect(ids(rank(all, 'cost'))).toEqual(['qlora', 'lora', 'full'])
  })

  it('balances by hand: 0.35 cost + 0.15 time + 0.50 quality', () => {
    // cheap: 0.35 x 1 + 0.15 x 0 + 0.5 x (0.925 - 0.85) / 0.15 = 0.60; good: 0 + 0.15 + 0.5 = 0.65
    const cheap = candidate('cheap', { usd: 10, hours: 10, retention: [0.9, 0.95, 1] })
    const good = candidate('good', { usd: 100, hours: 1, retention: [1, 1, 1] })
    expect(rank([cheap, good], 'balanced')[0]?.id).toBe('good')
    expect(rank([cheap, good], 'balanced', { weights: { cost: 0.5, time: 0.1, quality: 0.4 } })[0]?.id).toBe(
      'cheap',
    )
  })

  it('breaks a full tie by id', () => {
    expect(ids(rank([candidate('b'), candidate('a')], 'cost'))).toEqual(['a', 'b'])
  })

  it('refuses weights that are negative or all 0', () => {
    expect(() => rank([candidate('a')], 'balanced', { weights: { cost: -1, time: 0, quality: 1 } })).toThrow(
      'selection.weights.cost: -1',
    )
    expect(() => rank([candidate('a')], 'balanced', { weights: { cost: 0, time: 0, quality: 0 } })).toThrow(
      'all weights',
    )
  })
})
