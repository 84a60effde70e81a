import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  affordableParameters,
  breakEvenHours,
  cheapestByDeadline,
  cheapestPerMethod,
  cheapestPlan,
  type PricedPlan,
  purchaseOf,
  spendingOf,
} from '../../../src/core/cost/budget.ts'
import { costEstimate } from '../../../src/core/cost/cost-estimate.ts'
import { input, options, time } from './builders.ts'

const at = (mid: number) => ({ low: mid, mid, high: mid })
const plan = (id: string, method: string, usd: number | null, hours: number | null): PricedPlan => ({
  id,
  method,
  usd: usd === null ? null : at(usd),
  seconds: hours === null ? null : at(hours * 3600),
})
const plans = [
  plan('slow', 'qlora', 20, 30),
  plan('fast', 'lora', 50, 5),
  plan('faster', 'full', 90, 2),
  plan('unpriced', 'full', null, 1),
  plan('service', 'lora', 10, null),
]

describe('the cheapest plan', () => {
  it('has a price', () => {
    expect(cheapestPlan(plans)?.id).toBe('service')
    expect(cheapestPlan([plan('unpriced', 'full', null, 1)])).toBeNull()
  })

  it('within a deadline may cost more, and says how much', () => {
    // 50 USD within 10 hours, 10 USD without a deadline
    expect(cheapestByDeadline(plans, 10 * 3600)).toMatchObject({ plan: { id: 'fast' }, extraUsd: 40 })
    expect(cheapestByDeadline(plans, 3600)).toBeNull()
  })

  it('is found for each method', () => {
    expect([...cheapestPerMethod(plans)].map(([method, { id }]) => `${method} ${id}`)).toEqual([
      'qlora slow',
      'lora service',
      'full faster',
    ])
  })
})

describe('what a budget buys', () => {
  const { ownership } = options()
  // 10 h of training, 1 h of start-up, 2 USD an hour; one failed run for each that succeeds; 3 h of set-up:
  // growing 10 · 2 · 2 = 40 USD, fixed 1 · 2 · 2 + 3 · 2 = 10 USD
  const estimate = (train: number) =>
    costEstimate(
      input({
        time: time({ train, setup: 1 }),
        options: options({ failedRunFraction: 1, setupHours: 3, ownership }),
      }),
      'terms',
    )
  const spending = spendingOf(estimate(10).terms)

  it('is split into what grows with the tokens and what does not', () => {
    expect(spending.growingUsd).toBeCloseTo(40, 9)
    expect(spending.fixedUsd).toBeCloseTo(10, 9)
  })

  it('is counted in tokens, epochs or examples', () => {
    // (110 − 10) / 40 = 2.5 times the data
    const bought = purchaseOf(110, spending, { tokens: 4e6, epochs: 2, examples: 1001 })
    expect(bought).toMatchObject({ examples: 2502 })
    expect(bought?.tokens).toBeCloseTo(1e7, 0)
    expect(bought?.epochs).toBeCloseTo(5, 9)
  })

  it('is counted in parameters of the model', () => {
    expect(affordableParameters(50, spending, 8e9)).toBeCloseTo(8e9, 0)
    expect(affordableParameters(90, spending, 8e9)).toBeCloseTo(16e9, 0)
  })

  it('is nothing when the fixed part is not paid', () => {
    expect(purchaseOf(9.99, spending, { tokens: 1, epochs: 1, examples: 1 })).toBeNull()
  })

  it('agrees with the bill of that many tokens', () => {
    fc.assert(
      fc.property(fc.double({ min: 12, max: 1e4, noNaN: true }), (budget) => {
        const share = purchaseOf(budget, spending, { tokens: 1, epochs: 1, examples: 1 })?.tokens ?? 0
        expect(estimate(10 * share).usd?.mid).toBeCloseTo(budget, 6)
      }),
    )
  })
})

describe('own hardware', () => {
  it('pays off after its price in saved rent', () => {
    // 2000 USD / (0.74 − 0.24) = 4000 h
    expect(breakEvenHours({ purchaseUsd: 2000, runningUsdPerHour: 0.24, rentUsdPerHour: 0.74 })).toBeCloseTo(
      4000,
      9,
    )
  })

  it('never does when its electricity costs as much as the rent', () => {
    expect(breakEvenHours({ purchaseUsd: 2000, runningUsdPerHour: 0.8, rentUsdPerHour: 0.74 })).toBeNull()
  })
})
