import { UserError } from '../core/errors.ts'
import type { PricePolicy } from '../core/request.ts'

/** What the flags about data and prices come to. */
export interface CatalogOptions {
  readonly presets?: string
  readonly offline?: true
  readonly price?: readonly string[]
  readonly strictPrices?: true
  readonly maxPriceAge?: number
  readonly includeUnverified?: true
  /** File with the only prices to use. */
  readonly priceLock?: string
  /** Whether own runs count; commands that estimate no spec never say so. */
  readonly ownCalibration?: boolean
}

/** How the flags want prices to be treated. */
export const pricePolicy = (options: CatalogOptions): PricePolicy => ({
  overrides: Object.fromEntries((options.price ?? []).flatMap((text) => text.split(',')).map(override)),
  strict: options.strictPrices === true,
  maxAgeDays: options.maxPriceAge ?? null,
  includeUnverified: options.includeUnverified === true,
})

/** `h100-sxm=2.49` for one GPU, `2.49` for all. */
function override(text: string): [string, number] {
  const at = text.lastIndexOf('=')
  const gpu = at < 0 ? '*' : text.slice(0, at).trim()
  const usd = Number(text.slice(at + 1))
  if (gpu !== '' && Number.isFinite(usd) && usd > 0 && text.slice(at + 1).trim() !== '') return [gpu, usd]
  throw new UserError(
    'usage',
    `--price ${text}: it is USD per GPU-hour`,
    'as in --price 2.49 or --price h100-sxm=2.49',
  )
}
