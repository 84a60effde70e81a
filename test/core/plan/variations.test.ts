import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Limits, Objective } from '../../../src/core/domain/decision.ts'
import { decide } from '../../../src/core/plan/decide.ts'
import { rank } from '../../../src/core/plan/rank.ts'
import { brokenOf, constraintsOf } from '../../../src/core/plan/select.ts'
import { shortlist } from '../../../src/core/plan/shortlist.ts'
import {
  chooseFrom,
  type Policy,
  poolOf,
  rankOptions,
  spanOf,
  winningPrice,
} from '../../../src/core/plan/variations.ts'
import { candidate, candidateSets, noLimits } from './candidates.ts'

const objectives = fc.constantFrom<Objective[]>('cost', 'time', 'quality', 'balanced', 'article')
const limitSets = fc.record({
  usd: fc.option(fc.integer({ min: 1, max: 30 }), { nil: null }),
  hours: fc.option(fc.integer({ min: 1, max: 30 }), { nil: null }),
  minRetention: fc.option(
    fc.integer({ min: 80, max: 100 }).map((share) => share / 100),
    { nil: null },
  ),
})

describe('choosing again', () => {
  it('finds on the shortlist what ranking everything finds', () => {
    fc.assert(
      fc.property(candidateSets(60), limitSets, objectives, (all, some, objective) => {
        const limits: Limits = { ...noLimits, ...some }
        const fitting = all.filter(({ memory }) => memory!.requiredBytes.high <= memory!.capacityBytes)
        const policy: Policy = { objective, limits }
        const feasible = fitting.filter((plan) => brokenOf(constraintsOf(plan, limits)).length === 0)
        expect(chooseFrom(poolOf(fitting), policy)?.id).toBe(
          rank(feasible, objective, { ...rankOptions(policy), scale: spanOf(feasible) })[0]?.id,
        )
      }),
      { numRuns: 500 },
    )
  })

  it('keeps of many plans of one retention those on the front', () => {
    const all = Array.from({ length: 100 }, (_, i) =>
      candidate(`plan-${i}`, { usd: 10 + i, hours: 5 + (i % 7) }),
    )
    expect(shortlist(all).map(({ id }) => id)).toEqual(['plan-0'])
  })

  it('finds the price by halving', () => {
    const dear = candidate('dear', { usd: 100, retention: [0.9, 0.95, 1], method: 'lora' })
    const cheap = candidate('cheap', { usd: 40, retention: [0.9, 0.95, 1] })
    const policy: Policy = { objective: 'cost', limits: noLimits }
    const at = (usd: number) => ({ low: usd, mid: usd, high: usd })
    expect(winningPrice([dear, cheap], dear, policy, at, [1, 100])).toBeCloseTo(40, 3)
    expect(winningPrice([cheap, dear], cheap, policy, at, [1, 40])).toBeNull()
    expect(winningPrice([dear, cheap], dear, policy, at, [50, 100])).toBeNull()
  })
})

describe('flips', () => {
  const printed =
    /^with a (budget|deadline|minimum retention) of \$?([\d.,]+)(?: h)? (?:\([^)]*\) )?(.*) wins$/
  const keys = { budget: 'usd', deadline: 'hours', 'minimum retention': 'minRetention' } as const

  it('come true under the limit that they print', () => {
    fc.assert(
      fc.property(candidateSets(25), limitSets, objectives, (all, some, objective) => {
        const limits: Limits = { ...noLimits, ...some }
        const labelled = all.map((plan) => ({ ...plan, label: plan.id }))
        for (const flip of decide(labelled, { objective, limits }).flips) {
          const match = printed.exec(flip)
          if (match === null) continue
          const [, words, value = '', named] = match
          const key = keys[words as keyof typeof keys]
          const again = decide(labelled, {
            objective,
            limits: { ...limits, [key]: Number(value.replaceAll(',', '')) },
          })
          expect(`${again.winner?.label} on ${again.winner?.place}`).toBe(named)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('say at which price a plan without one would win', () => {
    // 4 hours on one card: $30 is $7.50 an hour; equal cost goes to the better quality
    const unpriced = candidate('unpriced', { usd: null, method: 'lora', retention: [1, 1, 1] })
    const { flips } = decide([candidate('known', { usd: 30 }), unpriced], {
      objective: 'cost',
      limits: noLimits,
    })
    expect(flips).toContain(
      'lora on 1 x card of 24 GiB, without a price on file, wins below $7.50 per GPU-hour',
    )
  })

  it('say nothing of a price where neither price nor time is known', () => {
    const unknown = candidate('unknown', { usd: null, hours: null, method: 'lora' })
    const service = candidate(
      'service',
      { usd: 60, method: 'full', retention: [1, 1, 1] },
      { usdPerGpuHour: null },
    )
    const { flips } = decide([candidate('known', { usd: 30 }), unknown, service], {
      objective: 'cost',
      limits: noLimits,
    })
    expect(flips.filter((flip) => flip.includes('wins below'))).toEqual([
      'full on 1 x card of 24 GiB wins below $30.00 ($60.00 now)',
    ])
  })

  it('leave out cards of another size and prices that would have to fall to nothing', () => {
    const huge = candidate('huge', { usd: 1, gib: 200, method: 'full' })
    const dear = candidate('dear', { usd: 4000, method: 'lora', retention: [1, 1, 1] })
    const { flips, binding } = decide([candidate('known', { usd: 30 }), huge, dear], {
      objective: 'cost',
      limits: noLimits,
    })
    expect(flips).toEqual(['with a minimum retention of 0.96 lora on 1 x card of 24 GiB wins'])
    expect(binding).toBeNull()
    const near = candidate('near', { usd: 1, gib: 30, method: 'full' })
    expect(
      decide([candidate('known', { usd: 30 }), near], { objective: 'cost', limits: noLimits }),
    ).toMatchObject({
      binding: 'memory: without it full on 1 x card of 24 GiB would win',
      flips: ['with 31.5 GiB on each GPU (24.0 GiB now) full on 1 x card of 24 GiB wins'],
    })
  })
})
