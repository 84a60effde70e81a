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

/** Binds the formulas to the calibration on file; `risk` is the end of the requirement that a plan is judged by. */
export function enginesOf(library: Library, risk: 'high' | 'medium'): Engines<PreparedMemory, PreparedTime> {
  const memoryCalibration = library.data('calibration/memory') as MemoryCalibration
  const timeCalibration = library.data('calibration/time') as TimeCalibration
  const end = risk === 'high' ? 'high' : 'mid'
  return {
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
}
