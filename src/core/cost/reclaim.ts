import type { Market } from '../domain/bill.ts'

/** What a provider says about how much spot capacity it takes back. */
export interface Reclaim {
  /** Share of the capacity that was reclaimed in the trailing month, in words: `5-10 %`, `more than 20 %`. */
  readonly share: string
  readonly source: string
}

const percent = (fraction: number): number => Math.round(fraction * 100)

/** The share on file for this instance in this region, or in the region where it is highest; null when none is. */
export function reclaimOf(
  market: Market,
  provider: string,
  region: string | null,
  instance: string | null,
): Reclaim | null {
  const { rows, source } = market.spotInterruption
  const same = rows.filter((row) => row.provider === provider && row.instance === instance)
  const worst = [...same].sort((a, b) => b.monthly.low - a.monthly.low)[0]
  const row = same.find((one) => one.region === region) ?? worst
  if (row === undefined) return null
  const { low, high } = row.monthly
  const share = high === null ? `more than ${percent(low)} %` : `${percent(low)}-${percent(high)} %`
  return { share, source }
}
