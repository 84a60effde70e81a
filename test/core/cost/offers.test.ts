import { describe, expect, it } from 'vitest'
import {
  isInRegion,
  isPlaceholderSpot,
  offerFor,
  offersOfList,
  rentedGpusPerNode,
} from '../../../src/core/cost/offers.ts'
import { type HardwarePayment, paymentsFor } from '../../../src/core/cost/payments.ts'
import { type PriceRules, pricedBy } from '../../../src/core/cost/price-policy.ts'
import { PriceList } from '../../../src/core/domain/offer.ts'
import { card, offer } from './builders.ts'

const row = {
  gpu: 'h100-sxm',
  count: 8,
  instance: 'p5.48xlarge',
  region: 'us-east-1',
  usd_per_gpu_hour: 6.88,
  spot_usd_per_gpu_hour: 2.16,
  as_of: '2026-H1',
  source: 'list',
  reliability: 'high',
}
const listOf = (...rows: object[]) =>
  PriceList.parse({
    id: 'aws',
    name: 'AWS',
    kind: 'hyperscaler',
    rows: rows.map((one) => ({ ...row, ...one })),
  })

const query = {
  provider: 'runpod',
  commitment: 'on-demand' as const,
  region: null,
  gpusPerNode: 1,
  soldSingly: false,
  reservedDiscount: null,
}

describe('the offers of a price list', () => {
  it('are on demand and spot', () => {
    const offers = offersOfList(listOf({}))
    expect(offers.map(({ commitment, usdPerGpuHour }) => [commitment, usdPerGpuHour])).toEqual([
      ['on-demand', 6.88],
      ['spot', 2.16],
    ])
  })

  it.each([0.688, 6.88])('leave out a spot price of %f, which only fills the column', (spot) => {
    expect(offersOfList(listOf({ spot_usd_per_gpu_hour: spot })).map(({ commitment }) => commitment)).toEqual(
      ['on-demand'],
    )
    expect(isPlaceholderSpot(spot, 6.88)).toBe(true)
  })

  it('know a machine that is sold out on demand', () => {
    expect(offersOfList(listOf({ usd_per_gpu_hour: null })).map(({ commitment }) => commitment)).toEqual([
      'spot',
    ])
  })
})

describe('the offer for a node', () => {
  it('is the cheapest of the newest vintage of a GPU cloud', () => {
    const offers = [
      offer({ usdPerGpuHour: 1, asOf: '2025-H2' }),
      offer({ usdPerGpuHour: 3, asOf: '2026-11-01' }),
      offer({ usdPerGpuHour: 2, asOf: '2026-11-01' }),
    ]
    expect(offerFor(offers, query)).toMatchObject({
      usdPerGpuHour: 2,
      usdPerGpuHourRange: { low: 2, high: 3 },
    })
  })

  it('keeps older prices of other instances of a hyperscaler, and replaces the same instance', () => {
    const aws = { provider: 'gcp', providerKind: 'hyperscaler' as const }
    const offers = [
      offer({ ...aws, instance: '1g', usdPerGpuHour: 2.5, asOf: '2026-02-24' }),
      offer({ ...aws, instance: '1g', usdPerGpuHour: 6.5, asOf: '2026-09-26' }),
      offer({ ...aws, instance: '8g', gpuCount: 8, usdPerGpuHour: 2.6, asOf: '2026-02-24' }),
    ]
    const gcp = { ...query, provider: 'gcp' }
    expect(offerFor(offers, gcp)?.usdPerGpuHour).toBe(6.5)
    expect(offerFor(offers, { ...gcp, gpusPerNode: 8 })?.usdPerGpuHour).toBe(2.6)
  })

  it('is not made from a spot price that a newer one of the same card contradicts', () => {
    const spot = { provider: 'gcp', providerKind: 'hyperscaler' as const, commitment: 'spot' as const }
    const offers = [
      offer({ ...spot, usdPerGpuHour: 6.571, asOf: '2026-09-26' }),
      offer({ ...spot, gpuCount: 8, usdPerGpuHour: 2.525, asOf: '2026-02-24' }),
    ]
    const gcp = { ...query, provider: 'gcp', commitment: 'spot' as const }
    expect(offerFor(offers, gcp)?.usdPerGpuHour).toBe(6.571)
    expect(offerFor(offers, { ...gcp, gpusPerNode: 8 })).toBeNull()
  })

  it('prefers a price that was seen to one from memory, and shows both in the range', () => {
    const offers = [offer({ usdPerGpuHour: 1, reliability: 'low' }), offer({ usdPerGpuHour: 2 })]
    expect(offerFor(offers, query)).toMatchObject({
      usdPerGpuHour: 2,
      usdPerGpuHourRange: { low: 1, high: 2 },
    })
  })

  it('is an instance of exactly that size before a cheaper one of another size', () => {
    const offers = [offer({ usdPerGpuHour: 1.82 }), offer({ gpuCount: 8, usdPerGpuHour: 1.915 })]
    expect(offerFor(offers, { ...query, gpusPerNode: 8 })?.gpuCount).toBe(8)
    expect(offerFor(offers, { ...query, gpusPerNode: 2 })?.gpuCount).toBe(1)
  })

  it('does not build one node from single machines of a hyperscaler', () => {
    const single = offer({ provider: 'aws', providerKind: 'hyperscaler' })
    const eight = { ...query, provider: 'aws', gpusPerNode: 8 }
    expect(offerFor([single], eight)).toBeNull()
    expect(offerFor([single], { ...eight, soldSingly: true })).not.toBeNull()
  })

  it('pays whole instances', () => {
    expect(rentedGpusPerNode(offer({ gpuCount: 8 }), 2)).toBe(8)
    expect(rentedGpusPerNode(offer({ gpuCount: 2 }), 3)).toBe(4)
    expect(rentedGpusPerNode(offer({ gpuCount: 1 }), 5)).toBe(5)
  })

  it('takes the reservation off the on-demand price, and knows none when nothing is stated', () => {
    const reserved = { ...query, commitment: 'reserved' as const }
    expect(offerFor([offer({ usdPerGpuHour: 4 })], { ...reserved, reservedDiscount: 0.4 })).toMatchObject({
      commitment: 'reserved',
      usdPerGpuHour: 2.4,
    })
    expect(offerFor([offer()], reserved)).toBeNull()
  })
})

describe('a region', () => {
  it.each([
    ['us-east-1', 'us-east-1', true],
    ['us-east-1', 'US-EAST-1', true],
    ['us-east-1', 'us-east-2', false],
    ['any', 'us-east-1', true],
    ['all (flat list price)', 'eu-west-1', true],
    ['eu-north1/us-central1', 'us-central1', true],
    ['FIN-01..03', 'FIN-02', true],
    ['FIN-01..03', 'us', false],
  ])('of %s is for %s: %s', (listed, wanted, expected) => {
    expect(isInRegion(listed, wanted)).toBe(expected)
  })
})

describe('ways to pay', () => {
  const offers = [
    offer(),
    offer({ provider: 'lambda', usdPerGpuHour: 4 }),
    offer({ provider: 'lambda', usdPerGpuHour: 1.5, commitment: 'spot' }),
  ]
  const shown = (payments: readonly HardwarePayment[]) =>
    payments.map(({ provider, commitment, offer: chosen }) => [
      provider,
      commitment,
      chosen?.usdPerGpuHour ?? null,
    ])
  const pay = (entry: Parameters<typeof paymentsFor>[0], gpusPerNode = 1) =>
    shown(paymentsFor(entry, card, gpusPerNode, offers))

  it('are every provider that sells the card, on demand', () => {
    expect(pay({ gpu: 'h100-sxm' })).toEqual([
      ['runpod', 'on-demand', 2],
      ['lambda', 'on-demand', 4],
    ])
  })

  it('are each provider and commitment that the spec names, priced or not', () => {
    expect(
      pay({ gpu: 'h100-sxm', provider: ['lambda', 'vultr'], commitment: ['on-demand', 'spot'] }),
    ).toEqual([
      ['lambda', 'on-demand', 4],
      ['lambda', 'spot', 1.5],
      ['vultr', 'on-demand', null],
      ['vultr', 'spot', null],
    ])
  })

  it('are one without a price when nobody sells the card', () => {
    expect(shown(paymentsFor({ gpu: 'gb10' }, card, 1, []))).toEqual([[null, 'on-demand', null]])
  })

  it('use the price of the spec', () => {
    expect(pay({ gpu: 'h100-sxm', usd_per_gpu_hour: 2.49 })).toEqual([[null, 'on-demand', 2.49]])
    expect(pay({ gpu: 'h100-sxm', usd_per_gpu_hour: 2.49, provider: 'lambda' })).toEqual([
      ['lambda', 'on-demand', 2.49],
    ])
  })

  it('cost nothing for own hardware', () => {
    expect(paymentsFor({ gpu: 'h100-sxm', owned: true }, card, 1, offers)).toEqual([
      {
        owned: true,
        provider: null,
        commitment: null,
        region: null,
        offer: null,
        reclaims: null,
        siblings: [],
      },
    ])
  })

  describe('under the rules of the command line', () => {
    const rules: PriceRules = { overrides: {}, strict: false, maxAgeDays: null }
    const under = (
      change: Partial<PriceRules>,
      entry: Parameters<typeof paymentsFor>[0] = { gpu: 'h100-sxm' },
    ) => shown(pricedBy(paymentsFor, { ...rules, ...change }, '2026-11-24')(entry, card, 1, offers))

    it('use a price given there, but not for own hardware', () => {
      expect(under({ overrides: { '*': 1 } })).toEqual([[null, 'on-demand', 1]])
      expect(under({ overrides: { '*': 1, 'h100-sxm': 9 } })).toEqual([[null, 'on-demand', 9]])
      expect(under({ overrides: { '*': 1 } }, { gpu: 'h100-sxm', owned: true })).toEqual([[null, null, null]])
    })

    it('leave out prices that are too old', () => {
      expect(under({ maxAgeDays: 3 })).toEqual([[null, 'on-demand', null]])
      expect(under({ maxAgeDays: 4 })).toHaveLength(2)
    })

    it('refuse a missing price when prices are strict', () => {
      expect(() => under({ strict: true }, { gpu: 'h100-sxm', provider: 'vultr' })).toThrow(
        /no price is on file/,
      )
      expect(under({ strict: true })).toHaveLength(2)
    })
  })
})
