import type { Range } from '../units.ts'
import type { Retention } from './estimates.ts'
import type { Method } from './method.ts'
import type { levels, needs, objectives } from './spec-values.ts'

export type Need = (typeof needs)[number]
export type Objective = (typeof objectives)[number]
export type Level = (typeof levels)[number]

/** What the selector knows of a plan: figures, and what it trains. It never asks which GPU or method it is. */
export interface Candidate {
  readonly id: string
  /** Words for sentences: `qlora r16`, and where it runs: `1 x RTX 4090 (runpod)`. */
  readonly label: string
  readonly place: string
  readonly method: string
  /** What trains; a per-token service that trains adapters says so too. */
  readonly trains: Method['trains']
  readonly quantizedBase: boolean
  readonly rank: number | null
  /** Token embeddings train (whole, or as adapter targets). */
  readonly trainsVocabulary: boolean
  /** Capacity ratio of the adapters; null without adapters. */
  readonly capacityRatio: number | null
  /** Null: unknown. Sorts last and is never taken for 0. */
  readonly usd: Range | null
  readonly seconds: Range | null
  readonly retention: Retention | null
  /** Null for a service without a card of ours. */
  readonly memory: {
    readonly requiredBytes: Range
    readonly capacityBytes: number
    readonly fitProbability: number
  } | null
  readonly gpu: string | null
  readonly gpuCount: number | null
  readonly provider: string | null
  readonly usdPerGpuHour: number | null
}

/** Hard limits of the spec; null is no limit. */
export interface Limits {
  readonly usd: number | null
  readonly hours: number | null
  readonly budgetLevel: Level
  readonly minRetention: number | null
  /** Which end of the retention range must reach the minimum. */
  readonly retentionBasis: 'low' | 'mid'
  readonly qualityLevel: Level
  readonly needs: readonly Need[]
  /** `high`: the high end of the required memory must fit; `medium`: the middle. */
  readonly risk: 'high' | 'medium'
  /** Capacity ratio above which adapters are refused (kind domain); null: no such rule, or overridden. */
  readonly maxCapacityRatio: number | null
}

/** One limit beside the plan's figure. */
export interface Constraint {
  readonly name: string
  readonly limit: number
  readonly value: number | null
  /** How much room is left; negative when broken, null when the figure is unknown. */
  readonly slack: number | null
  readonly ok: boolean
  readonly level: Level
  /** Holds in the middle, but the unfavourable end of the range breaks it. */
  readonly atRisk: boolean
}

/** Weights of objective `balanced`. */
export interface Weights {
  readonly cost: number
  readonly time: number
  readonly quality: number
}

/** Differences below these are ties: retention absolute, cost and time as a share. */
export interface Margins {
  readonly retention: number
  readonly fraction: number
}

/** The smallest change that would let a plan in. `usd` is what it costs more, null when that is not known. */
export interface Relaxation {
  readonly text: string
  readonly usd: number | null
}

export interface Rejection {
  readonly method: string
  readonly reason: string
  readonly relaxation: Relaxation | null
  /** Plans of the method that break this constraint first. */
  readonly count: number
}

export interface Decision {
  /** Candidates best first: the feasible by the objective, then the others by how little they miss. */
  readonly order: readonly Candidate[]
  readonly winner: Candidate | null
  readonly runnerUp: Candidate | null
  readonly because: readonly string[]
  /** Constraint without which another plan would win. */
  readonly binding: string | null
  /** Share of the varied runs with the same winner. */
  readonly robustness: number | null
  readonly closeCall: boolean
  readonly flips: readonly string[]
  /** Relaxations of the nearest misses, cheapest first; empty when something is feasible. */
  readonly relaxations: readonly Relaxation[]
}
