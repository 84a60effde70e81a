import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  affordedShare,
  breakEvenHours,
  breakEvenJobs,
  cheapestPerMethod,
  cheapestPlan,
  fasterSteps,
  type PricedPlan,
  spendingOf,
} from '../../../src/core/cost/budget.ts'
import { costEstimate } from '../../../src/core/cost/cost-estimate.ts'
import { jobHours, paidHours, sumHours } from '../../../src/core/cost/paid-hours.ts'
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

  it('is found for each method', () => {
    expect([...cheapestPerMethod(plans)].map(([method, { id }]) => `${method} ${id}`)).toEqual([
      'qlora slow',
      'lora service',
      'full faster',
    ])
  })
})

describe('faster plans', () => {
  it('are those that nobody undercuts at their speed, with what each step costs', () => {
    const slower = plan('dearer and slower', 'full', 60, 6)
    const steps = fasterSteps([slower, ...plans])
    expect(
      steps.map(({ plan: { id }, extraUsd, savedSeconds }) => [id, extraUsd, savedSeconds / 3600]),
    ).toEqual([
      ['slow', 0, 0],
      ['fast', 30, 25],
      ['faster', 40, 3],
    ])
    expect(fasterSteps([])).toEqual([])
  })

  it('are each faster and dearer than the one before, and leave out no plan that is both', () => {
    const anyPlan = fc.record({
      usd: fc.integer({ min: 0, max: 20 }),
      hours: fc.integer({ min: 1, max: 20 }),
    })
    fc.assert(
      fc.property(fc.array(anyPlan, { maxLength: 20 }), (list) => {
        const all = list.map(({ usd, hours }, i) => plan(String(i), 'lora', usd, hours))
        const ids = new Set(fasterSteps(all).map(({ plan: { id } }) => id))
        for (const one of all) {
          const undercut = all.some(
            (other) =>
              (other.usd?.mid ?? 0) <= (one.usd?.mid ?? 0) &&
              (other.seconds?.mid ?? 0) <= (one.seconds?.mid ?? 0) &&
              (other.usd?.mid !== one.usd?.mid || other.seconds?.mid !== one.seconds?.mid),
          )
          const isTwin = all.some(
            (other) =>
              other.id !== one.id &&
              other.usd?.mid === one.usd?.mid &&
              other.seconds?.mid === one.seconds?.mid,
          )
          if (undercut) expect(ids.has(one.id)).toBe(false)
          else if (!isTwin) expect(ids.has(one.id)).toBe(true)
        }
      }),
    )
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

  it('is bounded by the deadline too: the time of the rest of the run is gone first', () => {
    // (12 h − 1 h) / 10 h = 1.1 times the data in time, 2.5 times for the money
    const time = { trainSeconds: 10 * 3600, totalSeconds: 11 * 3600 }
    expect(affordedShare({ usd: 110, seconds: 12 * 3600 }, spending, time)).toBeCloseTo(1.1, 9)
    expect(affordedShare({ usd: 110, seconds: 100 * 3600 }, spending, time)).toBeCloseTo(2.5, 9)
    expect(affordedShare({ usd: null, seconds: 1800 }, spending, time)).toBe(0)
    expect(affordedShare({ usd: 110, seconds: 3600 }, spending, null)).toBe(0)
    expect(affordedShare({ usd: 5, seconds: null }, spending, time)).toBe(0)
  })

  it('has no end where nothing costs anything', () => {
    expect(affordedShare({ usd: 1, seconds: null }, { fixedUsd: 0, growingUsd: 0 }, null)).toBe(Infinity)
  })

  it('is nothing when the fixed part is not paid', () => {
    expect(affordedShare({ usd: 9.99, seconds: null }, spending, null)).toBe(0)
  })

  it('agrees with the bill of that many tokens', () => {
    fc.assert(
      fc.property(fc.double({ min: 12, max: 1e4, noNaN: true }), (budget) => {
        const share = affordedShare({ usd: budget, seconds: null }, spending, null)
        expect(estimate(10 * share).usd?.mid).toBeCloseTo(budget, 6)
      }),
    )
  })
})

describe('own hardware', () => {
  it('pays off with the first job whose rent makes up for the purchase', () => {
    // 2000 USD / (3 − 0.5) = 800 jobs: 800 · 3 = 2400 USD of rent, 2000 + 800 · 0.5 = 2400 USD
    const job = { purchaseUsd: 2000, runningUsdPerJob: 0.5, rentUsdPerJob: 3 }
    expect(breakEvenJobs(job)).toBe(800)
    expect(breakEvenJobs({ ...job, purchaseUsd: 2001 })).toBe(801)
    expect(breakEvenJobs({ ...job, runningUsdPerJob: 3 })).toBeNull()
  })

  it('is dearer one job before, and not after', () => {
    const amount = fc.double({ min: 0.01, max: 1e4, noNaN: true })
    fc.assert(
      fc.property(amount, amount, amount, (purchaseUsd, runningUsdPerJob, rentUsdPerJob) => {
        const jobs = breakEvenJobs({ purchaseUsd, runningUsdPerJob, rentUsdPerJob })
        const owned = (n: number) => purchaseUsd + n * runningUsdPerJob
        if (jobs === null) {
          expect(rentUsdPerJob).toBeLessThanOrEqual(runningUsdPerJob)
          return
        }
        expect(owned(jobs)).toBeLessThanOrEqual(jobs * rentUsdPerJob * (1 + 1e-9))
        if (jobs > 1) expect(owned(jobs - 1)).toBeGreaterThan((jobs - 1) * rentUsdPerJob * (1 - 1e-9))
      }),
    )
  })

  it('works for a whole job as long as its bill says', () => {
    const many = options({
      setupHours: 4,
      failedRunFraction: 0.25,
      experiments: 2,
      search: { trials: 9, strategy: 'successive-halving' },
    })
    // 10 h · 3 runs of the search · 2 · 1.25 + 4 h = 79 h
    expect(jobHours(10, many)).toBeCloseTo(79, 9)
    expect(jobHours(10, many)).toBeCloseTo(sumHours(paidHours(input({ options: many }), 'mid')), 9)
  })

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
