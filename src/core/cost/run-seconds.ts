import type { CostInput } from '../domain/bill.ts'
import type { TimeEstimate } from '../domain/estimates.ts'

export type Level = 'low' | 'mid' | 'high'

/** Seconds that the hardware is held for one run, by reason. */
export interface RunSeconds {
  readonly training: number
  readonly startUp: number
  readonly evaluation: number
  readonly checkpoints: number
  /** Work done again and restarts after spot machines were taken back. */
  readonly interruption: number
  /** Parts of the run without a name of their own; all of them where only totals were asked for. */
  readonly other: number
}

const partWords = ['setup', 'evaluation', 'checkpoint', 'interruption'] as const

/** Middle seconds of the named parts of the run. */
function namedParts(time: TimeEstimate): Record<(typeof partWords)[number], number> {
  const parts = { setup: 0, evaluation: 0, checkpoint: 0, interruption: 0 }
  for (const { key, amount } of time.runTerms) {
    const word = partWords.find((one) => key.startsWith(`${one}/`))
    if (word !== undefined) parts[word] += amount
  }
  return parts
}

/**
 * Seconds of one run at the low, middle or high end of its time.
 *
 *   total = training + start-up + evaluation + checkpoints + interruption + other
 *
 * The total is the time model's, interruptions of spot machines included: what is billed and what the deadline sees are the same
 * hours. What is not training scales with the run's own range.
 */
export function runSeconds({ time }: CostInput, level: Level): RunSeconds {
  const parts = namedParts(time)
  const besideMid = Math.max(0, time.totalSeconds.mid - time.trainSeconds.mid)
  const beside = Math.max(0, time.totalSeconds[level] - time.trainSeconds[level])
  const scale = besideMid === 0 ? 1 : beside / besideMid
  const named = parts.setup + parts.evaluation + parts.checkpoint + parts.interruption
  // What a sum of floats leaves over is no part of its own.
  const rest = besideMid - named > 1e-9 * time.totalSeconds.mid ? besideMid - named : 0
  return {
    training: time.trainSeconds[level],
    startUp: parts.setup * scale,
    evaluation: parts.evaluation * scale,
    checkpoints: parts.checkpoint * scale,
    interruption: parts.interruption * scale,
    other: rest * scale,
  }
}

/** All parts of a run together. */
export const totalOf = (run: RunSeconds): number =>
  run.training + run.startUp + run.evaluation + run.checkpoints + run.interruption + run.other
