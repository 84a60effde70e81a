import type { Term } from '../term.ts'

/** What serving, storing and comparing the result of a plan takes. */
export interface Deployment {
  /** One adapter on disk; null without adapters. */
  readonly adapterBytes: number | null
  /** A 16-bit checkpoint with the adapters merged in, or the trained model itself. */
  readonly mergedBytes: number
  /** Merging adapters into a quantised base needs its 16-bit weights, and changes results a little. */
  readonly mergeNeedsOriginal: boolean
  /** Adapters that share one base in memory. */
  readonly adapterCount: number
  readonly servingBytes: number
  /** Their sum is servingBytes. */
  readonly servingTerms: readonly Term[]
  /** Keys and values of one token in all layers, beyond any sliding window. */
  readonly cacheBytesPerToken: number
  readonly storage: {
    readonly versions: number
    /** Everything that must be kept to roll back to any version. */
    readonly bytes: number
    readonly bytesPerVersion: number
    /** Null when no storage price is known. */
    readonly usdPerMonth: number | null
    readonly usdPerVersionMonth: number | null
  }
}

/** Bytes that federated fine-tuning sends. */
export interface FederatedTraffic {
  readonly bytesPerRound: number
  readonly totalBytes: number
  readonly terms: readonly Term[]
}
