import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Candidate } from '../../../src/core/domain/decision.ts'
import { Spec } from '../../../src/core/domain/spec.ts'
import { UserError } from '../../../src/core/errors.ts'
import { type Findings, findPlans } from '../../../src/core/find-plans.ts'
import { comparedQuality } from '../../../src/core/plan/rank.ts'
import { pipelineSpaces, smallSpaces, storageSpaces } from '../../support/arbitraries.ts'
import { packagedCatalog } from '../../support/compiled-presets.ts'

const catalog = await packagedCatalog()

/** Plans of a spec; `all` looks at every plan and drops none. Null where the spec allows no plan. */
function found(spec: Spec, all: boolean): Findings | null {
  try {
    return findPlans({
      spec: Spec.parse(spec),
      origins: {},
      library: catalog,
      asOf: '2026-11-25',
      prices: { overrides: {}, strict: false, maxAgeDays: null, includeUnverified: false },
      top: null,
      all,
      generator: { name: 'test', version: '0' },
      generatedAt: null,
    })
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}

/** Cost, time and quality as they are compared: float noise tells no plans apart. */
const figuresOf = (candidate: Candidate): string =>
  [candidate.usd?.mid, candidate.seconds?.mid, comparedQuality(candidate)]
    .map((value) => value?.toPrecision(9) ?? 'unknown')
    .join(' ')

function feasibleOf({ decision, judged }: Findings): Candidate[] {
  return decision.order.filter(({ id }) => judged.get(id)?.broken.length === 0)
}

type Axes = readonly [usd: number, seconds: number, lossOfQuality: number]

/** Rounded, so that float noise makes no plan better than another. */
const axesOf = (candidate: Candidate): Axes => [
  Number((candidate.usd?.mid ?? Number.POSITIVE_INFINITY).toPrecision(9)),
  Number((candidate.seconds?.mid ?? Number.POSITIVE_INFINITY).toPrecision(9)),
  Number((-comparedQuality(candidate)).toPrecision(9)),
]

const dominates = (a: Axes, b: Axes): boolean =>
  a.every((value, axis) => value <= (b[axis] ?? 0)) && a.some((value, axis) => value < (b[axis] ?? 0))

/** Figures of the plans that none other beats, compared one with another: nothing of the product's own sweep is used. */
function frontOf(findings: Findings): string[] {
  const feasible = new Map(feasibleOf(findings).map((one) => [figuresOf(one), axesOf(one)]))
  const axes = [...feasible.values()]
  const front = [...feasible].filter(([, one]) => !axes.some((other) => dominates(other, one)))
  return front.map(([figures]) => figures).sort()
}

/** Sums over random spaces that tell whether there was anything to prune and to choose. */
interface Tally {
  looked: number
  dropped: number
  infeasible: number
  refused: number
}

/** Compares the search with brute force on random spaces. */
function compareOn(spaces: fc.Arbitrary<Spec>, numRuns: number): Tally {
  const tally: Tally = { looked: 0, dropped: 0, infeasible: 0, refused: 0 }
  fc.assert(
    fc.property(spaces, (spec) => {
      const [pruned, brute] = [found(spec, false), found(spec, true)]
      expect(pruned === null).toBe(brute === null)
      if (pruned === null || brute === null) {
        tally.refused++
        return
      }
      const [winner, best] = [pruned.decision.winner, brute.decision.winner]
      expect(winner === null ? null : figuresOf(winner)).toBe(best === null ? null : figuresOf(best))
      expect(frontOf(pruned)).toEqual(frontOf(brute))
      tally.looked += brute.searched
      tally.dropped += brute.gpuPlans.size - pruned.gpuPlans.size
      if (winner === null) tally.infeasible++
    }),
    { numRuns, seed: 20261125 },
  )
  return tally
}

describe('the search finds the winner and the front that brute force finds', { timeout: 300_000 }, () => {
  it('in 500 random spaces', () => {
    const { looked, dropped, infeasible, refused } = compareOn(smallSpaces, 500)
    // A test that never prunes, or never finds a plan, would prove nothing.
    expect(looked).toBeGreaterThan(10_000)
    expect(dropped).toBeGreaterThan(looked / 2)
    expect(infeasible).toBeGreaterThan(25)
    expect(infeasible).toBeLessThan(250)
    expect(refused).toBeLessThan(50)
  })

  it('where larger micro-batches of a pipeline need less memory', () => {
    const { infeasible } = compareOn(pipelineSpaces, 150)
    expect(infeasible).toBeLessThan(75)
  })

  it('where the fastest plan is not the cheapest, because its checkpoints are stored', () => {
    const { infeasible } = compareOn(storageSpaces, 100)
    expect(infeasible).toBeLessThan(50)
  })
})
