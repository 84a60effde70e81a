import {
  correctedMemory,
  correctedRequirement,
  correctedTime,
  habitsOf,
  type OwnCorrection,
  timeCorrection,
} from './calibration/correct.ts'
import { weightBytesOf } from './calibration/weights.ts'
import type { Detail, MemoryEstimate, TimeEstimate } from './domain/estimates.ts'
import type { Library } from './domain/library.ts'
import type { MemoryCalibration } from './domain/memory-calibration.ts'
import type { Plan } from './domain/plan.ts'
import type { TimeCalibration } from './domain/time-calibration.ts'
import { memoryEstimate, type PreparedMemory, prepareMemory, requiredBytes } from './memory/index.ts'
import type { Judge } from './plan/search.ts'
import { type PreparedTime, prepareTime, timeEstimate } from './time/index.ts'

export type { PreparedMemory, PreparedTime }

/** Memory and time formulas with their calibration bound in. */
export interface Engines<M, T> {
  readonly judge: Judge<M, T>
  memory(prepared: M, plan: Plan, detail: Detail): MemoryEstimate
  time(prepared: T, plan: Plan, detail: Detail): TimeEstimate
}

/**
 * Binds the formulas to the calibration on file, and to own runs where there are any; `risk` is the end of the requirement that a plan is
 * judged by.
 */
export function enginesOf(
  library: Library,
  risk: 'high' | 'medium',
  own: OwnCorrection | null = null,
): Engines<PreparedMemory, PreparedTime> {
  const memoryCalibration = library.data('calibration/memory') as MemoryCalibration
  const timeCalibration = library.data('calibration/time') as TimeCalibration
  const end = risk === 'high' ? 'high' : 'mid'
  const packaged: Engines<PreparedMemory, PreparedTime> = {
    judge: {
      prepareMemory,
      prepareTime,
      excessBytes: (prepared, plan) =>
        requiredBytes(prepared, plan, memoryCalibration)[end] - plan.hardware.capacityBytes,
      stepSeconds: (prepared, plan) =>
        timeEstimate(prepared, plan, timeCalibration, 'totals').stepSeconds.mid,
    },
    memory: (prepared, plan, detail) => memoryEstimate(prepared, plan, memoryCalibration, detail),
    time: (prepared, plan, detail) => timeEstimate(prepared, plan, timeCalibration, detail),
  }
  if (own === null) return packaged
  return {
    judge: {
      ...packaged.judge,
      excessBytes: (prepared, plan) => {
        const range = requiredBytes(prepared, plan, memoryCalibration)
        const corrected = correctedRequirement(range, weightBytesOf(prepared), habitsOf(plan), own)
        return corrected[end] - plan.hardware.capacityBytes
      },
      stepSeconds: (prepared, plan) => {
        const { stepSeconds } = packaged.time(prepared, plan, 'totals')
        return stepSeconds.mid * (timeCorrection(stepSeconds, habitsOf(plan), own)?.factor ?? 1)
      },
    },
    memory: (prepared, plan, detail) =>
      correctedMemory(packaged.memory(prepared, plan, detail), weightBytesOf(prepared), habitsOf(plan), own),
    time: (prepared, plan, detail) =>
      correctedTime(packaged.time(prepared, plan, detail), habitsOf(plan), own),
  }
}
