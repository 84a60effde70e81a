import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costEstimate } from '../../../src/core/cost/cost-estimate.ts'
import { paymentsFor } from '../../../src/core/cost/payments.ts'
import { reclaimRate } from '../../../src/core/cost/reclaim.ts'
import type { CostInput } from '../../../src/core/domain/bill.ts'
import type { CostEstimate } from '../../../src/core/domain/estimates.ts'
import type { Hardware } from '../../../src/core/domain/plan.ts'
import { sumOf } from '../../../src/core/term.ts'
import { card, hardware, input, market, offer, options, time } from './builders.ts'

const bill = (change: Partial<CostInput>) => costEstimate(input(change), 'terms')
const amount = ({ terms }: CostEstimate, key: string) => terms.find((term) => term.key === key)?.amount
const codes = ({ notes }: CostEstimate) => notes.map(({ code }) => code)

describe('the bill of a rented run', () => {
  it('is hours times GPUs times price', () => {
    // 10 h · 1 GPU · 2 USD = 20 USD
    expect(bill({}).usd?.mid).toBeCloseTo(20, 9)
  })

  it('pays start-up and evaluation beside training', () => {
    // (10 + 0.5 + 1.5) h · 4 GPUs · 2.50 USD = 12 · 10 = 120 USD; of it start-up 5, evaluation 15
    const four = hardware({ gpuCount: 4, gpusPerNode: 4, offer: offer({ gpuCount: 4, usdPerGpuHour: 2.5 }) })
    const cost = bill({ time: time({ train: 10, setup: 0.5, evaluation: 1.5 }), hardware: four })
    expect(cost.usd?.mid).toBeCloseTo(120, 9)
    expect(amount(cost, 'rent/start-up')).toBeCloseTo(5, 9)
    expect(amount(cost, 'rent/evaluation')).toBeCloseTo(15, 9)
  })

  it('pays the whole instance where only eight GPUs are sold at once', () => {
    // 2 GPUs wanted, p5.48xlarge has 8: 3 h · 8 · 6.88 USD = 165.12 USD
    const p5 = offer({ provider: 'aws', providerKind: 'hyperscaler', gpuCount: 8, usdPerGpuHour: 6.88 })
    const cost = bill({
      time: time({ train: 3 }),
      hardware: hardware({ gpuCount: 2, gpusPerNode: 2, offer: p5 }),
    })
    expect(cost.usd?.mid).toBeCloseTo(165.12, 9)
    expect(codes(cost)).toContain('whole-instance')
  })

  it('pays for a reservation what it leaves of the on-demand price', () => {
    // 10 h · 8 GPUs · 6.88 USD · (1 − 0.35) = 357.76 USD
    const p5 = offer({ provider: 'aws', providerKind: 'hyperscaler', gpuCount: 8, usdPerGpuHour: 6.88 })
    const entry = {
      gpu: 'h100-sxm',
      provider: 'aws',
      commitment: 'reserved' as const,
      reserved_discount: 0.35,
    }
    const [payment] = paymentsFor(entry, card, 8, [p5])
    const reserved = hardware({ gpuCount: 8, gpusPerNode: 8, ...payment })
    expect(bill({ hardware: reserved }).usd?.mid).toBeCloseTo(357.76, 9)
    // Served on one machine of the same reservation: 20 h · 8 · 4.472 USD = 715.52 USD
    const month = options({ deployment: { adapters: 1, hoursPerMonth: 20, versions: 1 } })
    expect(amount(bill({ hardware: reserved, options: month }), 'hosting/month')).toBeCloseTo(715.52, 9)
  })

  it('stores, downloads and fails at once, each on its own line', () => {
    // rent 10 h · 2 = 20 USD; failed runs 0.5 · 20 = 10; storage 2 · 50 GB · 0.023 USD stated = 2.30; egress 16 GB · 0.05 = 0.80
    const cost = bill({
      options: options({
        failedRunFraction: 0.5,
        storage: { usdPerGbMonth: 0.023, months: 1 },
        egress: { usdPerGb: 0.05 },
      }),
    })
    expect(cost.terms.map(({ key, amount: usd }) => [key, Number(usd.toFixed(9))])).toEqual([
      ['rent/training', 20],
      ['failed-runs', 10],
      ['storage/checkpoints', 2.3],
      ['egress', 0.8],
    ])
    expect(cost.usd?.mid).toBeCloseTo(33.1, 9)
  })

  it('rents an instance for every node', () => {
    // 2 nodes of 8 GPUs: 5 h · 16 · 3.99 USD = 319.20 USD
    const eight = offer({ provider: 'lambda', gpuCount: 8, usdPerGpuHour: 3.99 })
    const two = hardware({ gpuCount: 16, gpusPerNode: 8, nodes: 2, offer: eight })
    expect(bill({ time: time({ train: 5 }), hardware: two }).usd?.mid).toBeCloseTo(319.2, 9)
  })

  it('adds set-up, a search, further experiments and failed runs', () => {
    // run 10 h. 9 trials by halving = 3 runs: search 2 · 10 = 20 h. 2 experiments: 1 · 30 = 30 h. failed 0.25 · 60 = 15 h. set-up 4 h.
    // 10 + 20 + 30 + 15 + 4 = 79 h · 2 USD = 158 USD
    const cost = bill({
      options: options({
        setupHours: 4,
        failedRunFraction: 0.25,
        experiments: 2,
        search: { trials: 9, strategy: 'successive-halving' },
      }),
    })
    expect(cost.usd?.mid).toBeCloseTo(158, 9)
    expect(amount(cost, 'search')).toBeCloseTo(40, 9)
    expect(amount(cost, 'experiments')).toBeCloseTo(60, 9)
    expect(amount(cost, 'failed-runs')).toBeCloseTo(30, 9)
    expect(amount(cost, 'rent/setup')).toBeCloseTo(8, 9)
  })

  it('is billed the minimum of the provider', () => {
    // 6 min of training at 15 min minimum: 0.25 h · 8 GPUs · 5.50 USD = 11 USD
    const fpt = offer({
      gpuCount: 8,
      usdPerGpuHour: 5.5,
      billing: { minimumSeconds: 900, incrementSeconds: 60 },
    })
    const cost = bill({
      time: time({ train: 0.1 }),
      hardware: hardware({ gpuCount: 8, gpusPerNode: 8, offer: fpt }),
    })
    expect(cost.usd?.mid).toBeCloseTo(11, 9)
  })

  it('is rounded up to the billing step', () => {
    // 1.2 h in steps of an hour = 2 h · 2 USD = 4 USD
    const hourly = offer({ billing: { minimumSeconds: 0, incrementSeconds: 3600 } })
    const cost = bill({ time: time({ train: 1.2 }), hardware: hardware({ offer: hourly }) })
    expect(cost.usd?.mid).toBeCloseTo(4, 9)
  })

  it('stores checkpoints and downloads the result', () => {
    // storage: 2 checkpoints · 50 GB · 3 months · 0.02 USD = 6 USD. egress: 16 GB, all of it within the free 100 GB = 0. rent 10 h · 2 = 20.
    const aws = hardware({ offer: offer({ provider: 'aws', providerKind: 'hyperscaler' }) })
    const stored = options({ storage: { usdPerGbMonth: null, months: 3 }, egress: { usdPerGb: null } })
    const cost = bill({ hardware: aws, options: stored })
    expect(amount(cost, 'storage/checkpoints')).toBeCloseTo(6, 9)
    expect(cost.usd?.mid).toBeCloseTo(26, 9)
  })

  it('pays for what leaves the network beyond the free allowance', () => {
    // 140 GB − 100 GB free = 40 GB · 0.09 USD = 3.60 USD
    const aws = hardware({ offer: offer({ provider: 'aws', providerKind: 'hyperscaler' }) })
    const large = { checkpointBytes: 1, keptCheckpoints: 1, resultBytes: 140e9, servingBytes: 140e9 }
    const cost = bill({ hardware: aws, options: options({ egress: { usdPerGb: null } }), artifacts: large })
    expect(amount(cost, 'egress')).toBeCloseTo(3.6, 9)
  })

  it('hosts the result for a month on the cards that its weights need', () => {
    // 160 GB of weights at 0.9 · 85.9 GB a card = 77.3 GB: 3 cards. 100 h · 3 · 2 USD = 600 USD
    const served = { checkpointBytes: 0, keptCheckpoints: 1, resultBytes: 0, servingBytes: 160e9 }
    const cost = bill({
      artifacts: served,
      options: options({ deployment: { adapters: 1, hoursPerMonth: 100, versions: 1 } }),
    })
    expect(amount(cost, 'hosting/month')).toBeCloseTo(600, 9)
  })

  const served = { checkpointBytes: 0, keptCheckpoints: 1, resultBytes: 0, servingBytes: 16e9 }
  const month = options({ deployment: { adapters: 1, hoursPerMonth: 100, versions: 1 } })

  it('hosts on the smallest machine that holds the weights, not on the one that trained', () => {
    // trained on 8 GPUs at 4 USD; 16 GB need one card, sold singly at 5 USD: 100 h · 1 · 5 USD = 500 USD instead of 100 · 8 · 4 = 3200
    const eight = offer({ gpuCount: 8, usdPerGpuHour: 4 })
    const one = offer({ gpuCount: 1, usdPerGpuHour: 5, instance: 'single' })
    const node = hardware({ gpuCount: 8, gpusPerNode: 8, offer: eight, siblings: [eight, one] })
    const hosting = (change: Partial<Hardware>) =>
      amount(bill({ hardware: { ...node, ...change }, artifacts: served, options: month }), 'hosting/month')
    expect(hosting({})).toBeCloseTo(500, 9)
    // Only the node is on file: it is paid whole.
    expect(hosting({ siblings: [eight] })).toBeCloseTo(3200, 9)
    expect(hosting({ siblings: [] })).toBeCloseTo(3200, 9)
  })

  it('never serves from machines that are taken back', () => {
    // trained on spot at 1 USD; served on demand at 2 USD: 100 h · 2 USD
    const spot = offer({ commitment: 'spot', usdPerGpuHour: 1 })
    const rented = hardware({ offer: spot, commitment: 'spot', siblings: [offer()] })
    expect(
      amount(bill({ hardware: rented, artifacts: served, options: month }), 'hosting/month'),
    ).toBeCloseTo(200, 9)
  })

  it('serves at the price that the user states, on as many cards as are needed', () => {
    // 100 h · 1 card · 3 USD although eight cards train
    const stated = offer({ provider: 'stated', source: 'spec', gpuCount: 8, usdPerGpuHour: 3 })
    const node = hardware({ gpuCount: 8, gpusPerNode: 8, offer: stated })
    expect(amount(bill({ hardware: node, artifacts: served, options: month }), 'hosting/month')).toBeCloseTo(
      300,
      9,
    )
  })

  it('pays on spot for the work that is done again', () => {
    // 100 h of training, 2.5 h done again after reclaims: 102.5 h · 8 GPUs · 1 USD = 820 USD, of it 20 USD for interruptions
    const spot = offer({
      provider: 'aws',
      providerKind: 'hyperscaler',
      commitment: 'spot',
      instance: 'p5.48xlarge',
      region: 'us-west-2',
      gpuCount: 8,
      usdPerGpuHour: 1,
    })
    const eight = hardware({
      gpuCount: 8,
      gpusPerNode: 8,
      offer: spot,
      commitment: 'spot',
      reclaims: reclaimRate(market, 'aws', 'us-west-2', 'p5.48xlarge'),
    })
    const cost = bill({ time: time({ train: 100, interruption: 2.5 }), hardware: eight })
    expect(cost.usd?.mid).toBeCloseTo(820, 9)
    expect(amount(cost, 'rent/interruption')).toBeCloseTo(20, 9)
    expect(cost.notes.find(({ code }) => code === 'interruption-known')?.args).toMatchObject({
      share: '5-15 %',
    })
  })

  it('says that a reclaim rate is assumed where none is on file', () => {
    const reclaims = reclaimRate(market, 'runpod', null, null)
    const spot = hardware({ offer: offer({ commitment: 'spot' }), commitment: 'spot', reclaims })
    expect(codes(bill({ hardware: spot }))).toContain('interruption-assumed')
  })

  it('costs the same when the parts of the run are not itemised', () => {
    const whole = time({ train: 10, setup: 1, evaluation: 2, interruption: 3 })
    const cost = costEstimate(input({ time: { ...whole, runTerms: [] } }), 'totals')
    expect(cost.usd?.mid).toBeCloseTo(bill({ time: whole }).usd?.mid ?? NaN, 9)
  })
})

describe('own hardware', () => {
  it('costs electricity and depreciation', () => {
    // 10 h · 1.5 kW · PUE 1.2 · 0.40 USD = 7.20 USD. 8766 USD over 2 years of 4383 h: 1 USD an hour, 10 USD.
    const own = hardware({ owned: true, offer: null, provider: null, commitment: null, region: 'FIN' })
    const cost = bill({
      hardware: own,
      options: options({
        ownership: {
          purchaseUsd: 8766,
          lifetimeYears: 2,
          hoursPerYear: 4383,
          watts: 1500,
          pue: 1.2,
          usdPerKwh: 0.4,
          co2GramsPerKwh: null,
        },
      }),
    })
    expect(amount(cost, 'ownership/electricity')).toBeCloseTo(7.2, 9)
    expect(amount(cost, 'ownership/depreciation')).toBeCloseTo(10, 9)
    expect(cost.usd?.mid).toBeCloseTo(17.2, 9)
    // 18 kWh in Finland at 79 g
    expect(cost.energyKwh).toBeCloseTo(18, 9)
    expect(cost.co2Kg).toBeCloseTo(1.422, 9)
  })

  it('is free when nothing is stated, and says so', () => {
    const cost = bill({ hardware: hardware({ owned: true, offer: null }) })
    expect(cost.usd).toEqual({ low: 0, mid: 0, high: 0 })
    expect(codes(cost)).toContain('ownership-unstated')
  })

  it('has no price when electricity is paid but the power is unknown', () => {
    const dark = hardware({ owned: true, offer: null, gpu: { ...card, tdpWatts: null } })
    const { ownership } = options()
    const cost = bill({ hardware: dark, options: options({ ownership: { ...ownership, usdPerKwh: 0.3 } }) })
    expect(cost.usd).toBeNull()
    expect(codes(cost)).toContain('power-unknown')
  })
})

describe('energy and CO2', () => {
  it('counts utilization, host and building', () => {
    // 1000 W · 0.8 · 1.25 host · 1.25 PUE = 1250 W · 10 h = 12.5 kWh · 430 g = 5.375 kg
    const cost = bill({ hardware: hardware({ provider: 'gcp', region: 'us-central1' }) })
    expect(cost.energyKwh).toBeCloseTo(12.5, 9)
    expect(cost.co2Kg).toBeCloseTo(5.375, 9)
  })

  it('knows no CO2 for a place it does not know', () => {
    const cost = bill({ hardware: hardware({ region: 'CANADA-1/NORWAY-1' }) })
    expect(cost.energyKwh).toBeCloseTo(12.5, 9)
    expect(cost.co2Kg).toBeNull()
    expect(codes(cost)).toContain('carbon-unknown')
  })
})

describe('every bill', () => {
  it('is unknown without a price: null and a note, never 0', () => {
    const cost = bill({ hardware: hardware({ offer: null }) })
    expect(cost.usd).toBeNull()
    expect(cost.terms).toEqual([])
    expect(codes(cost)).toContain('price-unknown')
  })

  it('says that a price which names no region is not one of the region asked for', () => {
    expect(codes(bill({ hardware: hardware({ region: 'mars' }) }))).toContain('region-unlisted')
    expect(codes(bill({ hardware: hardware() }))).not.toContain('region-unlisted')
    expect(bill({ hardware: hardware({ offer: null, region: 'mars' }) }).notes).toContainEqual(
      expect.objectContaining({
        code: 'price-unknown',
        args: expect.objectContaining({ where: expect.stringContaining(' in mars') }),
      }),
    )
  })

  const plans = fc.record({
    train: fc.double({ min: 0.01, max: 1e4, noNaN: true }),
    setup: fc.double({ min: 0, max: 10, noNaN: true }),
    evaluation: fc.double({ min: 0, max: 10, noNaN: true }),
    spread: fc.double({ min: 0, max: 0.9, noNaN: true }),
    gpus: fc.integer({ min: 1, max: 16 }),
    sold: fc.constantFrom(1, 2, 4, 8),
    commitment: fc.constantFrom('on-demand' as const, 'spot' as const),
    trials: fc.integer({ min: 1, max: 100 }),
    failed: fc.double({ min: 0, max: 3, noNaN: true }),
    owned: fc.boolean(),
  })
  const inputOf = (plan: typeof plans extends fc.Arbitrary<infer T> ? T : never): CostInput => {
    const rented = offer({ gpuCount: plan.sold, commitment: plan.commitment })
    const { ownership } = options()
    return input({
      time: time(plan),
      hardware: hardware({
        gpuCount: plan.gpus,
        gpusPerNode: plan.gpus,
        owned: plan.owned,
        offer: plan.owned ? null : rented,
      }),
      options: options({
        failedRunFraction: plan.failed,
        search: { trials: plan.trials, strategy: 'successive-halving' },
        storage: { usdPerGbMonth: null, months: 1 },
        deployment: { adapters: 1, hoursPerMonth: 10, versions: 2 },
        ownership: { ...ownership, usdPerKwh: 0.2, purchaseUsd: 1000, lifetimeYears: 3 },
      }),
    })
  }

  it('is the sum of its terms, lies within its range and is the same with and without terms', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const cost = costEstimate(inputOf(plan), 'terms')
        const usd = cost.usd ?? { low: NaN, mid: NaN, high: NaN }
        expect(sumOf(cost.terms)).toBeCloseTo(usd.mid, 6)
        expect(usd.low).toBeLessThanOrEqual(usd.mid)
        expect(usd.high).toBeGreaterThanOrEqual(usd.mid)
        expect(cost.terms.every((term) => term.amount > 0 && Number.isFinite(term.amount))).toBe(true)
        expect(costEstimate(inputOf(plan), 'totals').usd).toEqual(cost.usd)
      }),
    )
  })

  it('doubles its training with twice the tokens', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const training = (hours: number) =>
          amount(costEstimate(inputOf({ ...plan, owned: false, train: hours }), 'terms'), 'rent/training') ??
          0
        expect(training(2 * plan.train) / training(plan.train)).toBeCloseTo(2, 9)
      }),
    )
  })

  it('takes its range from the time and from the prices of the provider', () => {
    // time 8..12 h around 10, price 1.5..3 around 2: 12 USD, 20 USD, 36 USD
    const wide = hardware({ offer: offer({ usdPerGpuHourRange: { low: 1.5, high: 3 } }) })
    const { usd } = bill({ time: time({ train: 10, spread: 0.2 }), hardware: wide })
    expect(usd?.low).toBeCloseTo(12, 9)
    expect(usd?.high).toBeCloseTo(36, 9)
  })
})
