import type { Note } from '../notes.ts'
import type { Term } from '../term.ts'
import type { Range } from '../units.ts'
import type { Grade } from './task.ts'

/** Whether a calculation keeps its terms (report, `explain`) or only its totals (ranking). Same code, another sink. */
export type Detail = 'totals' | 'terms'

export const phases = ['load', 'forward', 'loss', 'backward', 'optimizer', 'evaluation', 'save'] as const
export type Phase = (typeof phases)[number]
/** The training peak is the maximum of these. */
export const trainingPhases = ['forward', 'loss', 'backward', 'optimizer'] as const

export interface PhaseBill {
  readonly phase: Phase
  readonly bytes: number
  /** Empty when only totals were asked for. */
  readonly terms: readonly Term[]
}

/** Peak memory of the worst rank. */
export interface MemoryEstimate {
  readonly allocatedBytes: Range
  readonly reservedBytes: Range
  readonly deviceBytes: Range
  readonly requiredBytes: Range
  /** Alive after the forward that is no parameter, gradient or state. */
  readonly activationBytes: number
  readonly capacityBytes: number
  readonly fitProbability: number
  readonly peakPhase: Phase
  readonly hostBytes: number
  readonly hostTerms: readonly Term[]
  readonly phases: readonly PhaseBill[]
  readonly notes: readonly Note[]
}

/** Time of a step and of the whole run. */
export interface TimeEstimate {
  readonly stepSeconds: Range
  readonly tokensPerSecondPerGpu: Range
  readonly trainSeconds: Range
  readonly totalSeconds: Range
  readonly mfuFraction: number
  readonly stepCount: number
  /** Terms of one optimizer step: their sum is stepSeconds.mid. */
  readonly terms: readonly Term[]
  /** Terms of the whole run: their sum is totalSeconds.mid. */
  readonly runTerms: readonly Term[]
  readonly notes: readonly Note[]
}

export interface PriceTag {
  readonly provider: string
  readonly usdPerGpuHour: number
  readonly asOf: string | null
  readonly source: string
  readonly commitment: string
  readonly region: string | null
  readonly instance: string | null
  readonly reliability: string
}

/** What a run costs; `usd` is null when a price is unknown. */
export interface CostEstimate {
  readonly usd: Range | null
  readonly terms: readonly Term[]
  readonly price: PriceTag | null
  readonly energyKwh: number | null
  readonly co2Kg: number | null
  readonly notes: readonly Note[]
}

/** Expected share of full fine-tuning's quality. */
export interface Retention {
  readonly low: number
  readonly mid: number
  readonly high: number
  readonly grade: Grade
  readonly basis: readonly string[]
}
