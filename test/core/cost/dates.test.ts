import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ageDays, dayNumber, periodOf } from '../../../src/core/cost/dates.ts'

describe('days', () => {
  it('agrees with the calendar of the machine', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1970-01-01'), max: new Date('2199-12-31'), noInvalidDate: true }),
        (date) => {
          const days = dayNumber(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())
          expect(days).toBe(Math.floor(date.getTime() / 86_400_000))
        },
      ),
    )
  })
})

describe('the date of a price', () => {
  const days = (text: string) => {
    const period = periodOf(text)
    return period === null ? null : period.lastDay - period.firstDay + 1
  }

  it.each([
    ['2026-11-09', 1],
    ['2026-02', 28],
    ['2024-02', 29],
    ['2026-12', 31],
    ['2026-H1', 181],
    ['2026-H2', 184],
    ['2026-Q4', 92],
    ['2026', 365],
  ])('reads %s as %i days', (text, count) => {
    expect(days(text)).toBe(count)
  })

  it.each([
    'undated (<2026-08)',
    '',
    'soon',
    '2026-13',
    '2026-00',
    '2026-02-30',
    '2026-11-00',
    '26-11-09',
    '2025/soon',
  ])('does not read "%s" as a date', (text) => {
    expect(periodOf(text)).toBeNull()
  })

  it('takes the alternative that ends first', () => {
    expect(periodOf('2025/2026')).toEqual(periodOf('2025'))
    expect(periodOf('2026/2025')).toEqual(periodOf('2025'))
  })
})

describe('the age of a price', () => {
  it.each([
    // June 30 to November 24: 31 + 31 + 30 + 31 + 24 = 147 days
    ['2026-H1', 147],
    ['2026-11-09', 15],
    ['2026-11-24', 0],
    // December 31, 2025 to November 24: 328 days
    ['2025/2026', 328],
    // The year still runs: it may be of January 1st, 327 days ago.
    ['2026', 327],
    // The month still runs: November 1st.
    ['2026-11', 23],
  ])('of %s is %i days on 2026-11-24', (asOf, age) => {
    expect(ageDays(asOf, '2026-11-24')).toBe(age)
  })

  it('is unknown without a date, and for a date that has not come yet', () => {
    expect(ageDays(null, '2026-11-24')).toBeNull()
    expect(ageDays('undated (<2026-08)', '2026-11-24')).toBeNull()
    expect(ageDays('2026-12-01', '2026-11-24')).toBeNull()
  })
})
