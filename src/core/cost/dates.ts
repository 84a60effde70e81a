/** The days that a date such as `2026-09`, `2026-H1` or `2025/2026` may stand for, counted from 1970-01-01. */
export interface Period {
  readonly firstDay: number
  readonly lastDay: number
}

/**
 * Days from 1970-01-01 to a day of the Gregorian calendar.
 *
 *   days = 365·y + leap days + days of the months before, with years that begin in March
 *
 * @source hinnant-2013-chrono
 */
export function dayNumber(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468
}

/** First to last day of the months `from` to `to` of a year. */
const monthsOf = (year: number, from: number, to: number): Period => ({
  firstDay: dayNumber(year, from, 1),
  lastDay: (to === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, to + 1, 1)) - 1,
})

/** One date of a price list: a day, a month, a quarter, a half or a year; null when it is none of these. */
function onePeriod(text: string): Period | null {
  const match = /^(\d{4})(?:-(?:(\d{2})(?:-(\d{2}))?|H([12])|Q([1-4])))?$/.exec(text)
  if (match === null) return null
  const [year = 0, month, day, half, quarter] = match.slice(1).map((digits) => Number(digits ?? 0))
  if (half) return monthsOf(year, half * 6 - 5, half * 6)
  if (quarter) return monthsOf(year, quarter * 3 - 2, quarter * 3)
  if (match[2] === undefined) return monthsOf(year, 1, 12)
  if (!month || month > 12) return null
  const whole = monthsOf(year, month, month)
  if (match[3] === undefined) return whole
  const exact = whole.firstDay + (day ?? 0) - 1
  return exact >= whole.firstDay && exact <= whole.lastDay ? { firstDay: exact, lastDay: exact } : null
}

/** The period of a price's date. Of several alternatives (`2025/2026`) the one that ends first: no price is made younger than it may be. */
export function periodOf(asOf: string): Period | null {
  let earliest: Period | null = null
  for (const part of asOf.split('/')) {
    const one = onePeriod(part.trim())
    if (one === null) return null
    if (earliest === null || one.lastDay < earliest.lastDay) earliest = one
  }
  return earliest
}

/**
 * Days between a price's date and today; null when the price has no date.
 *
 *   ageDays = today − last day of the period, or − its first day while the period still runs
 *
 * A price "of 2026" read in November 2026 may be of January: an open period cannot make a price young.
 */
export function ageDays(asOf: string | null, today: string): number | null {
  const period = asOf === null ? null : periodOf(asOf)
  const now = periodOf(today)
  if (period === null || now === null || period.firstDay > now.lastDay) return null
  return now.lastDay - (period.lastDay <= now.lastDay ? period.lastDay : period.firstDay)
}

/** Whether a price is at most so many days old; one without a date never is. */
export const isWithinDays = (asOf: string | null, today: string, days: number): boolean =>
  (ageDays(asOf, today) ?? Infinity) <= days
