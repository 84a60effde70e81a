import { ageDays, periodOf } from '../../core/cost/dates.ts'
import type { PriceHeader, PriceRow } from '../../core/domain/offer.ts'

/** A row that was not taken. `skipped`: not for us (a machine without GPUs); `problem`: something is wrong with it. */
export interface Finding {
  readonly line: number | null
  readonly severity: 'skipped' | 'problem'
  readonly reason: string
}

/** Why a row is not taken. */
export type Refusal = { readonly skipped: string } | { readonly wrong: string }

/** A usable price and whose it is. */
export interface FoundPrice {
  readonly line: number | null
  readonly provider: string
  readonly row: PriceRow
}

/** What a reader made of a file. */
export interface ReadPrices {
  readonly format: string
  /** Name, kind and billing of the provider where the file states them. */
  readonly header?: Omit<PriceHeader, 'rows'>
  readonly prices: readonly FoundPrice[]
  readonly findings: readonly Finding[]
}

/** Collects the prices and findings of one file. */
export class PriceCollector {
  readonly prices: FoundPrice[] = []
  readonly findings: Finding[] = []

  price(line: number | null, provider: string, row: PriceRow): void {
    this.prices.push({ line, provider, row })
  }

  refuse(line: number | null, refusal: Refusal): void {
    this.findings.push(
      'wrong' in refusal
        ? { line, severity: 'problem', reason: refusal.wrong }
        : { line, severity: 'skipped', reason: refusal.skipped },
    )
  }
}

/** Why a date of a price cannot be right; null when it can, or when there is none. */
export function wrongDate(asOf: string | null, today: string): { readonly wrong: string } | null {
  if (asOf === null) return null
  const period = periodOf(asOf)
  if (period === null) return { wrong: `"${asOf}" is no date, as in 2026-11-24 or 2026-11` }
  return ageDays(asOf, today) === null ? { wrong: `the date ${asOf} lies in the future` } : null
}

/** No card is rented for less than a cent or more than a hundred dollars an hour: such a number is another unit or a slip. */
const LEAST_USD = 0.01
const MOST_USD = 100

/** A price cell: a number, null when blank, or what is wrong with it. */
export function usdOf(cell: string): number | null | { readonly wrong: string } {
  const text = cell.trim()
  if (text === '') return null
  const amount = /^\$?(-?\d+(\.\d*)?([eE][-+]?\d+)?)$/.exec(text)?.[1]
  if (amount !== undefined) return Number(amount)
  if (/€|£|¥|EUR|GBP|CNY|JPY|INR/i.test(text)) return { wrong: `the price ${text} is not in USD` }
  return { wrong: `the price "${text}" is not a number` }
}

/** Why a price per GPU and hour cannot be right; null when it can, or when there is none. */
export function absurdity(usdPerGpuHour: number | null): { readonly wrong: string } | null {
  if (usdPerGpuHour === null) return null
  if (usdPerGpuHour < 0) return { wrong: `the price ${usdPerGpuHour} is negative` }
  if (usdPerGpuHour < LEAST_USD || usdPerGpuHour > MOST_USD) {
    return { wrong: `${usdPerGpuHour} USD per GPU and hour is outside ${LEAST_USD}-${MOST_USD}` }
  }
  return null
}
