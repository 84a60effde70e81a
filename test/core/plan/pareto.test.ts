import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Candidate } from '../../../src/core/domain/decision.ts'
import { axesOf, margins, paretoFlags } from '../../../src/core/plan/rank.ts'
import { candidate, candidateSets } from './candidates.ts'

/** The definition, word by word, over all pairs. */
function dominatedByDefinition(all: readonly Candidate[]): boolean[] {
  const { cost, time, quality } = axesOf(all)
  return all.map((_, b) =>
    all.some((_, a) => {
      const noWorse = cost[a]! <= cost[b]! && time[a]! <= time[b]! && quality[a]! >= quality[b]!
      const better =
        cost[a]! * 1.05 < cost[b]! ||
        time[a]! < time[b]! / 1.05 ||
        quality[a]! > quality[b]! + margins.retention
      return noWorse && better
    }),
  )
}

describe('the Pareto set', () => {
  it('is what the definition says', () => {
    fc.assert(
      fc.property(candidateSets(), (all) => {
        expect(paretoFlags(all)).toEqual(dominatedByDefinition(all).map((dominated) => !dominated))
      }),
      { numRuns: 500 },
    )
  })

  it('keeps plans that are worse within the noise only', () => {
    const flags = paretoFlags([
      candidate('a', { usd: 100 }),
      candidate('b', { usd: 104 }),
      candidate('c', { usd: 106 }),
    ])
    expect(flags).toEqual([true, true, false])
  })

  it('takes an unknown cost for no bargain', () => {
    expect(paretoFlags([candidate('known'), candidate('unknown', { usd: null })])).toEqual([true, false])
  })

  it('is empty for nothing', () => {
    expect(paretoFlags([])).toEqual([])
  })
})
