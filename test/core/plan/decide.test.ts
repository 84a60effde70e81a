import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Limits } from '../../../src/core/domain/decision.ts'
import { decide } from '../../../src/core/plan/decide.ts'
import { rejections } from '../../../src/core/plan/relax.ts'
import { constraintsOf, verdictOf } from '../../../src/core/plan/select.ts'
import { candidate, candidateSets, noLimits } from './candidates.ts'

const under = (limits: Partial<Limits>, objective: Parameters<typeof decide>[1]['objective'] = 'cost') => ({
  objective,
  limits: { ...noLimits, ...limits },
})
const full = candidate('full', { usd: 400, retention: [1, 1, 1], method: 'full', gib: 70, capacityGib: 80 })
const lora = candidate('lora', {
  usd: 60,
  retention: [0.97, 0.99, 1.01],
  method: 'lora',
  gib: 40,
  capacityGib: 48,
})
const qlora = candidate('qlora', { usd: 30, retention: [0.88, 0.94, 1], method: 'qlora' })
const all = [full, lora, qlora]

describe('the decision', () => {
  it('drops what breaks a constraint and takes the best of the rest', () => {
    expect(decide(all, under({})).winner?.id).toBe('qlora')
    expect(decide(all, under({ minRetention: 0.95 })).winner?.id).toBe('lora')
    expect(decide(all, under({ minRetention: 0.98, retentionBasis: 'low' })).winner?.id).toBe('full')
    expect(decide(all, under({ usd: 50 }, 'quality')).winner?.id).toBe('qlora')
    expect(decide(all, under({ needs: ['architecture-change'] })).winner?.id).toBe('full')
    expect(decide(all, under({ needs: ['swap-adapters'] }, 'quality')).winner?.id).toBe('lora')
  })

  it('only warns where the level says so', () => {
    const { winner, because } = decide(all, under({ minRetention: 0.95, qualityLevel: 'warn' }))
    expect(winner?.id).toBe('qlora')
    expect(because).toContain('it breaks quality.min_retention, which only warns')
  })

  it('names the constraint without which another plan would win', () => {
    expect(decide(all, under({ minRetention: 0.95 })).binding).toBe(
      'quality.min_retention: without it qlora on 1 x card of 24 GiB would win',
    )
    expect(decide(all, under({})).binding).toBeNull()
  })

  it('says what would flip it, and the flips are true', () => {
    const { flips } = decide(all, under({ usd: 50 }, 'quality'))
    expect(flips).toContain('with a budget of $60.00 ($50.00 now) lora on 1 x card of 48 GiB wins')
    expect(decide(all, under({ usd: 60 }, 'quality')).winner?.id).toBe('lora')
  })

  it('sees no flip to a service where the hardware of the spec drops out', () => {
    const service = { ...candidate('api', { usd: 500, retention: [1, 1, 1], method: 'full' }), gpu: null }
    const flip = 'with a minimum retention of 1.00 full on 1 x card of 24 GiB wins'
    const policy = under({ minRetention: 0.95 })
    expect(decide([lora, service], policy).flips).toContain(flip)
    expect(decide([lora, service], { ...policy, namesHardware: true }).flips).not.toContain(flip)
  })

  it('finds the price at which another method would win', () => {
    // lora must fall from $60 to $30: its GPU-hour from $2.00 to $1.00; equal cost goes to the better quality
    const { flips } = decide([lora, qlora], under({}))
    expect(flips).toContain('lora on 1 x card of 48 GiB wins below $1.00 per GPU-hour ($2.00 now)')
  })

  it('keeps its winner through the variations when it is far ahead, and calls a close call close', () => {
    expect(decide([lora, { ...qlora, usd: null }], under({})).robustness).toBe(1)
    const near = candidate('near', { usd: 31, retention: [0.99, 1, 1] })
    const wide = candidate('wide', { usd: 30, retention: [0.5, 0.99, 1] })
    const decision = decide([near, wide], under({ minRetention: 0.9 }))
    expect(decision.winner?.id).toBe('wide')
    expect(decision.robustness).toBeCloseTo(2 / 3, 9)
    expect(decision.closeCall).toBe(true)
    expect(decision.runnerUp?.id).toBe('near')
  })

  it('lists the smallest relaxations, cheapest first, when nothing is feasible', () => {
    const { winner, relaxations, order } = decide(all, under({ usd: 20, hours: 100 }))
    expect(winner).toBeNull()
    expect(order.map(({ id }) => id)).toEqual(['qlora', 'lora', 'full'])
    expect(relaxations.map(({ text }) => text)).toEqual([
      '+$10.00: qlora on 1 x card of 24 GiB',
      '+$40.00: lora on 1 x card of 48 GiB',
      '+$380.00: full on 1 x card of 80 GiB',
    ])
  })

  it('rounds a loosened retention so that the loosened limit is really met', () => {
    const { relaxations } = decide([qlora], under({ minRetention: 0.945 }))
    expect(relaxations[0]?.text).toMatch(/^retention -0\.01/)
  })

  it('says that nothing is there when the spec allows no plan', () => {
    expect(decide([], under({})).because).toEqual(['the spec allows no plan'])
  })

  it('tells the risk of every limit that the far end of a range breaks', () => {
    const { because } = decide([qlora], under({ usd: 32, hours: 4.2, minRetention: 0.9 }))
    expect(because).toContain('its high end, $33.00, breaks the budget of $32.00')
    expect(because).toContain('its high end, 4.4 h, breaks the deadline of 4.2 h')
    expect(because).toContain('its low end, 0.88, is below the minimum of 0.90')
  })

  it('tells what is unknown of a winner', () => {
    const dark = candidate('dark', { usd: null, hours: null, retention: null }, { memory: null })
    const { because } = decide([dark], under({}))
    expect(because[0]).toBe('no price is known for any of 1 feasible plan; it keeps the most quality')
    expect(because[1]).toContain('its retention is unknown')
    expect(decide([dark], under({}, 'time')).because[0]).toBe(
      'it is the fastest of 1 feasible plan: unknown time',
    )
    expect(decide([dark], under({}, 'quality')).because[0]).toContain('unknown quality for unknown cost')
  })

  it('asks for a pilot where the evidence is thin', () => {
    const thin = { ...qlora, retention: { low: 0.8, mid: 0.9, high: 1, grade: 'C', basis: [] } } as const
    expect(decide([thin], under({})).because.at(-1)).toBe(
      'measure first: a pilot of qlora beside full fine-tuning; its retention has grade C',
    )
  })

  it('picks QLoRA by the article on a card below 24 GB', () => {
    const small = candidate('small', { gib: 8, capacityGib: 16 })
    expect(decide([small], under({}, 'article')).because[0]).toContain('the card has less than 24 GB')
  })

  it('follows the rule of the article, but only as far as it is feasible', () => {
    expect(decide(all, under({}, 'article')).winner?.id).toBe('lora')
    expect(decide(all, under({ usd: 900 }, 'article')).winner?.id).toBe('qlora')
    expect(decide(all, under({ minRetention: 0.985 }, 'article')).winner?.id).toBe('full')
    const tooLarge = candidate('full', { method: 'full', retention: [1, 1, 1], gib: 120, capacityGib: 8 })
    const decision = decide([tooLarge, lora], under({ minRetention: 0.985 }, 'article'))
    expect(decision.winner?.id).toBe('lora')
    expect(decision.because[0]).toBe(
      "the article's rule picks full because a minimum retention of 0.985 is above 0.98, but no such plan is feasible: the cheapest other one is taken",
    )
  })

  it('refuses limits that mean nothing or exclude each other', () => {
    expect(() => decide(all, under({ minRetention: 1.2 }))).toThrow('quality.min_retention: 1.2')
    expect(() => decide(all, under({ needs: ['architecture-change', 'swap-adapters'] }))).toThrow(
      'exclude each other',
    )
    expect(() => decide(all, under({ usd: -1 }))).toThrow('budget.usd: -1')
  })

  it('ranks every candidate once, the feasible first', () => {
    fc.assert(
      fc.property(candidateSets(15), fc.integer({ min: 1, max: 30 }), (set, usd) => {
        const { order, winner, robustness } = decide(set, under({ usd }, 'balanced'))
        expect(new Set(order.map(({ id }) => id)).size).toBe(set.length)
        const feasible = set.filter(
          ({ memory, usd: cost }) =>
            memory!.requiredBytes.high <= memory!.capacityBytes && cost !== null && cost.mid <= usd,
        )
        expect(
          order
            .slice(0, feasible.length)
            .map(({ id }) => id)
            .sort(),
        ).toEqual(feasible.map(({ id }) => id).sort())
        expect(winner === null).toBe(feasible.length === 0)
        if (robustness !== null) expect(robustness).toBeLessThanOrEqual(1)
      }),
      { numRuns: 50 },
    )
  })
})

describe('constraints', () => {
  it('carry value, limit and slack, and say when the high end breaks them', () => {
    const constraints = constraintsOf(qlora, { ...noLimits, usd: 32, minRetention: 0.9 })
    expect(constraints.find(({ name }) => name === 'budget.usd')).toEqual({
      name: 'budget.usd',
      limit: 32,
      value: 30,
      slack: 2,
      ok: true,
      level: 'error',
      atRisk: true,
    })
    expect(constraints.find(({ name }) => name === 'quality.min_retention')?.slack).toBeCloseTo(0.04, 12)
  })

  it('are broken by an unknown figure', () => {
    const [, budget] = constraintsOf({ ...qlora, usd: null }, { ...noLimits, usd: 32 })
    expect(budget).toMatchObject({ ok: false, value: null, slack: null })
  })

  it('judge memory by the high end, or by the middle at medium risk', () => {
    const tight = candidate('tight', { gib: 23.5 })
    expect(verdictOf(constraintsOf(tight, noLimits))).toBe('no-fit')
    expect(verdictOf(constraintsOf(tight, { ...noLimits, risk: 'medium' }))).toBe('ok')
  })

  it('let new tokens in only where their embeddings train', () => {
    const limits: Limits = { ...noLimits, needs: ['new-vocabulary'] }
    expect(verdictOf(constraintsOf(lora, limits))).toBe('infeasible')
    expect(verdictOf(constraintsOf({ ...lora, trainsVocabulary: true }, limits))).toBe('ok')
    expect(verdictOf(constraintsOf(full, limits))).toBe('ok')
  })
})

describe('rejections', () => {
  it('tell the nearest miss of each method with its one failing number', () => {
    const large = candidate('large', { method: 'full', gib: 60, capacityGib: 48 })
    const larger = candidate('larger', { method: 'full', gib: 60, capacityGib: 24 })
    expect(rejections([larger, large, qlora, lora], { ...noLimits, usd: 50 })).toEqual([
      {
        method: 'lora',
        reason: 'costs $60.00 on 1 x card of 48 GiB, the budget is $50.00',
        relaxation: { text: '+$10.00', usd: 10 },
        count: 1,
      },
      {
        method: 'full',
        reason: 'does not fit on 1 x card of 48 GiB: needs 63.0 GiB, has 48.0 GiB',
        relaxation: { text: 'a card with 63.0 GiB', usd: null },
        count: 2,
      },
    ])
  })

  it('take another way to save memory from the memory model', () => {
    const large = candidate('large', { gib: 30 })
    const way = { text: 'checkpointing on', usd: null }
    expect(rejections([large], noLimits, () => way)[0]?.relaxation).toEqual(way)
  })
})
