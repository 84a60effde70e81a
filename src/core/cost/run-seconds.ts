import type { CostInput } from '../domain/bill.ts'
import type { TimeEstimate } from '../domain/estimates.ts'
import { type InterruptionRate, interruptionRate, interruptionSeconds } from './interruption.ts'

export type Level = 'low' | 'mid' | 'high'

/** Seconds that the hardware is held for one run, by reason. */
export interface RunSeconds {
  readonly training: number
  readonly startUp: number
  readonly evaluation: number
  readonly checkpoints: number
  /** Parts of the run without a name of their own. */
  readonly other: number
  readonly interruption: number
}

const partWords = ['setup', 'evaluation', 'checkpoint', 'interruption'] as const

/** Middle seconds of the named parts of the run. */
function namedParts(time: TimeEstimate): Record<(typeof partWords)[number], number> {
  const parts = { setup: 0, evaluation: 0, checkpoint: 0, interruption: 0 }
  for (const { key, amount } of time.runTerms) {
    const word = partWords.find((one) => key === one || key.startsWith(`${one}/`))
    if (word !== undefined) parts[word] += amount
  }
  return parts
}

/** The rate at which the plan's machines are taken back; null unless it runs on spot. Each machine that goes stops the whole run. */
export function spotRate({ hardware, market }: CostInput): InterruptionRate | null {
  const { offer, nodes, gpusPerNode } = hardware
  if (offer === null || offer.commitment !== 'spot') return null
  const rate = interruptionRate(market, offer.provider, offer.region, offer.instance)
  if (rate === null) return null
  return { ...rate, perHour: rate.perHour * nodes * Math.ceil(gpusPerNode / offer.gpuCount) }
}

/**
 * Seconds of one run at the low, middle or high end of its time.
 *
 *   total = training + start-up + evaluation + checkpoints + other + interruption
 *
 * What is not training scales with the run's own range. Interruptions are the time model's where it has them, else expected from the
 * rate of the machine, the time between checkpoints and the start-up that every restart repeats.
 */
export function runSeconds(input: CostInput, level: Level): RunSeconds {
  const { time } = input
  const parts = namedParts(time)
  const besideMid = Math.max(0, time.totalSeconds.mid - time.trainSeconds.mid)
  const beside = Math.max(0, time.totalSeconds[level] - time.trainSeconds[level])
  const scale = besideMid === 0 ? 1 : beside / besideMid
  const named = parts.setup + parts.evaluation + parts.checkpoint + parts.interruption
  // What the sum of floats leaves over is no part of its own.
  const rest = besideMid - named > 1e-9 * time.totalSeconds.mid ? besideMid - named : 0
  const training = time.trainSeconds[level]
  const scaled = {
    startUp: parts.setup * scale,
    evaluation: parts.evaluation * scale,
    checkpoints: parts.checkpoint * scale,
    other: rest * scale,
  }
  const work = training + scaled.evaluation + scaled.checkpoints + scaled.other
  const interruption =
    parts.interruption > 0
      ? parts.interruption * scale
      : expectedInterruption(input, level, work, scaled.startUp)
  return { training, ...scaled, interruption }
}

function expectedInterruption(input: CostInput, level: Level, work: number, restart: number): number {
  const rate = spotRate(input)
  if (rate === null) return 0
  const { checkpointEverySteps: steps, time } = input
  return interruptionSeconds({
    workSeconds: work,
    checkpointSeconds: steps === null ? work : steps * time.stepSeconds[level],
    restartSeconds: restart,
    perSecond: rate.perHour / 3600,
  })
}

/** All parts of a run together. */
export const totalOf = (run: RunSeconds): number =>
  run.training + run.startUp + run.evaluation + run.checkpoints + run.other + run.interruption
