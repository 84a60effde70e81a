import { describe, expect, it } from 'vitest'
import { paymentsFor } from '../../../src/core/cost/payments.ts'
import { reclaimedBy, reclaimRate, reclaimsPerHour } from '../../../src/core/cost/reclaim.ts'
import { card, market, offer } from './builders.ts'

describe('how often spot machines are taken back', () => {
  it('follows from the share of machines that was reclaimed while they were held', () => {
    // Half of the machines within 24 h: ln 2 / 24
    expect(reclaimsPerHour(0.5, 24)).toBeCloseTo(Math.LN2 / 24, 12)
    expect(reclaimsPerHour(0, 730.5)).toBe(0)
    // Held for a month at that rate, e^(−rate · hours) of them are left.
    expect(Math.exp(-reclaimsPerHour(0.1, 730.5) * 730.5)).toBeCloseTo(0.9, 12)
  })

  it('is what the provider publishes for the machine in its region', () => {
    const { perHour, share } = reclaimRate(market, 'aws', 'us-west-2', 'p5.48xlarge')
    // 5-15 %: −ln 0.95 / 730.5, −ln 0.9 / 730.5, and −ln 0.85 / 24 for machines that are held for a day
    expect(share).toBe('5-15 %')
    expect(perHour.low).toBeCloseTo(0.05129329 / 730.5, 9)
    expect(perHour.mid).toBeCloseTo(0.10536052 / 730.5, 9)
    expect(perHour.high).toBeCloseTo(0.16251893 / 24, 9)
  })

  it('takes an open band for what the data says that it is taken for', () => {
    const { perHour, share } = reclaimRate(market, 'aws', 'us-east-1', 'p5.48xlarge')
    expect(share).toBe('more than 20 %')
    // −ln 0.8, −ln 0.75 and −ln 0.5
    expect(perHour.low).toBeCloseTo(0.22314355 / 730.5, 9)
    expect(perHour.mid).toBeCloseTo(0.28768207 / 730.5, 9)
    expect(perHour.high).toBeCloseTo(Math.LN2 / 24, 9)
  })

  it('is that of the worst region where the region is not on file', () => {
    expect(reclaimRate(market, 'aws', 'ap-south-1', 'p5.48xlarge').share).toBe('more than 20 %')
  })

  it('is assumed, with a wide range, where nobody publishes it', () => {
    expect(reclaimRate(market, 'runpod', null, null)).toEqual({
      perHour: { low: 0.001, mid: 0.01, high: 0.1 },
      share: null,
      source: 'judgement',
    })
  })

  it('belongs to spot alone', () => {
    const offers = [offer(), offer({ commitment: 'spot', usdPerGpuHour: 1 })]
    const entry = { gpu: 'h100-sxm', provider: 'runpod', commitment: ['on-demand' as const, 'spot' as const] }
    const payments = reclaimedBy(paymentsFor, market)(entry, card, 1, offers)
    expect(payments.map(({ commitment, reclaims }) => [commitment, reclaims?.perHour.mid ?? null])).toEqual([
      ['on-demand', null],
      ['spot', 0.01],
    ])
  })
})
