import { GIB, MIB, type Range, SECONDS_PER_HOUR } from '../core/units.ts'

/** Shown where a number is not known; never 0. */
export const UNKNOWN = 'unknown'

/** Three significant digits where there is room for them, never an exponent. */
function digits(value: number, significant = 3): string {
  const size = Math.abs(value)
  const places = size === 0 ? 0 : Math.max(0, significant - 1 - Math.floor(Math.log10(size)))
  return withThousands(value.toFixed(Math.min(places, 6)))
}

/** A comma at every third digit of the whole part; independent of the machine's locale. */
export function withThousands(text: string): string {
  const [whole = '', fraction] = text.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

/** As in `23.4 GiB`. */
export const formatBytes = (bytes: number): string => {
  const size = Math.abs(bytes)
  if (size >= GIB) return `${formatGib(bytes)} GiB`
  if (size >= MIB) return `${digits(bytes / MIB)} MiB`
  if (size >= 1024) return `${digits(bytes / 1024)} KiB`
  return `${Math.round(bytes)} B`
}

/** The bare number of GiB, one digit after the point. */
export const formatGib = (bytes: number): string => withThousands((bytes / GIB).toFixed(1))

/** As in `2.41 h`, `13.2 min`, `45.0 s`, `380 ms`. */
export function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds)
  if (size >= SECONDS_PER_HOUR) return `${digits(seconds / SECONDS_PER_HOUR)} h`
  if (size >= 60) return `${digits(seconds / 60)} min`
  if (size >= 1) return `${digits(seconds)} s`
  if (size >= 1e-3) return `${digits(seconds * 1e3)} ms`
  return size === 0 ? '0 s' : `${digits(seconds * 1e6)} us`
}

/** As in `$41.20`, `$1,204`; a fraction of a cent keeps its digits. */
export function formatUsd(usd: number): string {
  const size = Math.abs(usd)
  const places = size >= 1000 || size === 0 ? 0 : size >= 0.1 ? 2 : 4
  return `${usd < 0 ? '-' : ''}$${withThousands(size.toFixed(places))}`
}

/** As in `$2.49/h`. */
export const formatRate = (usdPerGpuHour: number): string => `${formatUsd(usdPerGpuHour)}/h`

/** As in `95 %`. */
export const formatShare = (fraction: number): string =>
  `${(fraction * 100).toFixed(fraction < 0.0995 ? 1 : 0)} %`

/** As in `+3.2 %`: signed, so that more and less are told apart. */
export const formatChange = (fraction: number): string =>
  `${fraction > 0 ? '+' : ''}${(fraction * 100).toFixed(1)} %`

/** As in `0.0123`, `41.2`: at most three significant digits, no zeros behind them. */
export const formatRounded = (value: number): string => String(Number(value.toPrecision(3)))

/** As in `8.03 B`, `41.9 M`: counts of parameters and tokens. */
export function formatCount(count: number): string {
  const size = Math.abs(count)
  if (size >= 1e12) return `${digits(count / 1e12)} T`
  if (size >= 1e9) return `${digits(count / 1e9)} B`
  if (size >= 1e6) return `${digits(count / 1e6)} M`
  if (size >= 1e4) return `${digits(count / 1e3)} k`
  return withThousands(String(Math.round(count)))
}

/** As in `41.2 .. 44.0 GiB`: a 90 % range. */
export const formatRange = (range: Range, format: (value: number) => string): string =>
  range.low === range.high ? format(range.mid) : `${format(range.low)} .. ${format(range.high)}`

/** The value, or the word for not knowing it. */
export const orUnknown = <T>(value: T | null | undefined, format: (value: T) => string): string =>
  value === null || value === undefined ? UNKNOWN : format(value)
