import { describe, expect, it } from 'vitest'
import { searchRuns } from '../../../src/core/cost/search-runs.ts'

describe('the runs of a search', () => {
  it('is every trial in full', () => {
    expect(searchRuns(20, 'full')).toBe(20)
  })

  it.each([
    // one trial is the run itself
    [1, 1],
    // 9 · 1/9 + 3 · 1/3 + 1 = 3
    [9, 3],
    // 8 · 1/3 + 2 · 1 = 4.6667
    [8, 14 / 3],
    // 27/27 + 9/9 + 3/3 + 1 = 4
    [27, 4],
    // 243 = 3^5: 6 rounds of one run each
    [243, 6],
    // 2 trials are too few to halve: both in full
    [2, 2],
  ])('of %i trials by successive halving is %f', (trials, runs) => {
    expect(searchRuns(trials, 'successive-halving')).toBeCloseTo(runs, 9)
  })
})
