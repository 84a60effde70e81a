import type { Library } from './domain/library.ts'
import type { Origin, Spec } from './domain/spec.ts'

/** How prices are treated. */
export interface PricePolicy {
  /** USD per GPU-hour instead of the price on file, by GPU id; `*` for every GPU. */
  readonly overrides: Readonly<Record<string, number>>
  /** A missing price is an error. */
  readonly strict: boolean
  /** Prices older than this many days are not used; null: all are, with a note. */
  readonly maxAgeDays: number | null
  /** Use prices that nobody verified. */
  readonly includeUnverified: boolean
}

/** Everything that `estimate` needs; the core reads no clock, file or environment. */
export interface EstimateRequest {
  readonly spec: Spec
  /** Origin of each value by its dotted path; what is missing came from the file. */
  readonly origins: Readonly<Record<string, Origin>>
  readonly library: Library
  /** Day of the estimate, `2026-11-25`: decides how old a price is. */
  readonly asOf: string
  readonly prices: PricePolicy
  /** Plans to show; null shows all of the best per method, GPU, count, provider and commitment. */
  readonly top: number | null
  /** Every plan, not only the best of its kind. */
  readonly all: boolean
  readonly generator: { readonly name: string; readonly version: string }
  /** Time stamp of the report; null leaves it out. */
  readonly generatedAt: string | null
  /** Told now and then how many plans were looked at, and of how many: a long search need not be silent. */
  readonly onProgress?: (done: number, total: number) => void
}
