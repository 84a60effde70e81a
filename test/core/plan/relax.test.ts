import { describe, expect, it } from 'vitest'
import type { Limits } from '../../../src/core/domain/decision.ts'
import {
  compareRelaxations,
  failureSentence,
  rejections,
  relaxationOf,
} from '../../../src/core/plan/relax.ts'
import { constraintsOf, verdictOf } from '../../../src/core/plan/select.ts'
import { candidate, noLimits } from './candidates.ts'

const plan = candidate('plan', { usd: 41.2, hours: 30, retention: [0.8, 0.88, 0.95] })
const failing = (limits: Partial<Limits>, changes: Partial<typeof plan> = {}) => {
  const one = { ...plan, ...changes }
  const broken = constraintsOf(one, { ...noLimits, ...limits }).find(({ ok }) => !ok)
  if (broken === undefined) throw new Error('nothing fails')
  return {
    sentence: failureSentence(one, broken),
    relaxation: relaxationOf(one, broken),
    verdict: verdictOf([broken]),
  }
}

describe('a failing constraint', () => {
  it('is told with its one number and the smallest way out', () => {
    expect(failing({ usd: 20 })).toEqual({
      sentence: 'costs $41.20 on 1 x card of 24 GiB, the budget is $20.00',
      relaxation: { text: '+$21.20', usd: expect.closeTo(21.2, 9) },
      verdict: 'over-budget',
    })
    expect(failing({ hours: 24 })).toEqual({
      sentence: 'takes 30.0 h on 1 x card of 24 GiB, the deadline is 24.0 h',
      relaxation: { text: '+6.0 h', usd: null },
      verdict: 'too-slow',
    })
    expect(failing({ minRetention: 0.9 })).toEqual({
      sentence: 'keeps 0.88 of the quality, the minimum is 0.90',
      relaxation: { text: 'retention -0.02', usd: null },
      verdict: 'too-lossy',
    })
    expect(failing({ maxCapacityRatio: 10 }, { capacityRatio: 25 })).toEqual({
      sentence: 'fills its adapters 25 times over, at most 10 is allowed without an override',
      relaxation: { text: 'rank 16 -> 40', usd: null },
      verdict: 'infeasible',
    })
  })

  it('has no way out where its figure is unknown, and says so', () => {
    expect(failing({ usd: 20 }, { usd: null })).toMatchObject({
      sentence:
        'has no known price on 1 x card of 24 GiB, so it cannot be shown to keep the budget of $20.00',
      relaxation: null,
    })
    expect(failing({ hours: 24 }, { seconds: null }).sentence).toContain('has no known time')
    expect(failing({ minRetention: 0.9 }, { retention: null }).sentence).toContain(
      'no evidence for its retention',
    )
    expect(failing({ maxCapacityRatio: 10 }, { capacityRatio: 25, rank: null }).relaxation).toBeNull()
  })

  it('names what a method cannot do', () => {
    const cannot = (need: Limits['needs'][number], trains: typeof plan.trains) =>
      failing({ needs: [need] }, { trains })
    expect(cannot('architecture-change', 'adapters').sentence).toBe(
      'cannot do architecture-change: new layers need all weights to train',
    )
    expect(cannot('rlhf', 'biases').sentence).toContain('learns from rewards')
    expect(cannot('multi-task', 'layers').sentence).toContain('several tasks')
    expect(cannot('swap-adapters', 'all')).toMatchObject({ relaxation: null, verdict: 'infeasible' })
    expect(
      failureSentence(plan, { ...constraintsOf(plan, { ...noLimits, usd: 1 })[0]!, name: 'needs.other' }),
    ).toContain('does not train what it takes')
  })

  it('asks for larger cards where several share the work', () => {
    const shared = candidate('shared', { gib: 30 }, { gpuCount: 4 })
    expect(rejections([shared], noLimits)[0]).toMatchObject({
      reason: 'does not fit on 1 x card of 24 GiB: needs 31.5 GiB on each GPU, has 24.0 GiB',
      relaxation: { text: 'cards with 31.5 GiB' },
    })
  })

  it('offers no single way out of two broken constraints', () => {
    expect(rejections([plan], { ...noLimits, usd: 20, hours: 24 })[0]?.relaxation).toBeNull()
  })
})

describe('relaxations', () => {
  it('come cheapest first, without a price last, then by their words', () => {
    const all = [
      { text: 'b', usd: null },
      { text: 'c', usd: 5 },
      { text: 'a', usd: null },
      { text: 'd', usd: 2 },
      { text: 'a', usd: 5 },
    ]
    expect(all.sort(compareRelaxations).map(({ text, usd }) => `${text} ${usd}`)).toEqual([
      'd 2',
      'a 5',
      'c 5',
      'a null',
      'b null',
    ])
    expect(compareRelaxations({ text: 'a', usd: 1 }, { text: 'a', usd: 1 })).toBe(0)
  })
})
