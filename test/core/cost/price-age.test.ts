import { describe, expect, it } from 'vitest'
import { priceAgeNotes } from '../../../src/core/cost/price-age.ts'
import { UserError } from '../../../src/core/errors.ts'
import { offer } from './builders.ts'

const today = '2026-11-24'
const codes = (change: Parameters<typeof offer>[0]) =>
  priceAgeNotes(offer(change), today).map(({ code }) => code)

describe('the age of a price', () => {
  it.each([
    ['marketplace', '2026-11-17', []],
    ['marketplace', '2026-11-16', ['price-stale']],
    ['gpu-cloud', '2026-10-25', []],
    ['gpu-cloud', '2026-10-24', ['price-stale']],
    ['hyperscaler', '2026-05-28', []],
    ['hyperscaler', '2026-05-27', ['price-stale']],
  ] as const)('matters to a %s of %s: %j', (providerKind, asOf, expected) => {
    expect(codes({ providerKind, asOf })).toEqual(expected)
  })

  it('matters after a week on spot, whoever sells it', () => {
    expect(codes({ providerKind: 'hyperscaler', commitment: 'spot', asOf: '2026-11-10' })).toEqual([
      'price-stale',
    ])
  })

  it('is always worth a note when there is no date', () => {
    expect(codes({ asOf: null })).toEqual(['price-undated'])
  })

  it('does not matter for a price that the user states', () => {
    expect(codes({ asOf: null, source: 'spec' })).toEqual([])
  })

  it('names the age in days', () => {
    expect(priceAgeNotes(offer({ asOf: '2026-09-20' }), today)[0]?.args).toMatchObject({
      days: 65,
      asOf: '2026-09-20',
    })
  })

  it('is an error under strict prices', () => {
    expect(() => priceAgeNotes(offer({ asOf: '2026-09-20' }), today, true)).toThrow(UserError)
    expect(() => priceAgeNotes(offer({ asOf: null }), today, true)).toThrow(/has no date/)
    expect(priceAgeNotes(offer({ asOf: '2026-11-20' }), today, true)).toEqual([])
  })
})
