import { parameterCounts } from './architecture/index.ts'
import {
  correctedMemory,
  correctedRequirement,
  correctedTime,
  habitsOf,
  type OwnCorrection,
} from './calibration/correct.ts'
import { weightBytesOf } from './calibration/weights.ts'
import type { Detail, MemoryEstimate, TimeEstimate } from './domain/estimates.ts'
import type { Library } from './domain/library.ts'
import type { MemoryCalibration } from './domain/memory-calibration.ts'
import type { Plan } from './domain/plan.ts'
import type { TimeCalibration } from './domain/time-calibration.ts'
import { memoryEstimate, type PreparedMemory, prepareMemory, requiredBytes } from './memory/index.ts'
import { artifactsOf } from './plan/artifacts.ts'
import type { Judge } from './plan/search.ts'
import { type PlacedTime, placeTime, prepareTime, timeEstimate } from './time/index.ts'
import { trainableCount } from './trained-parameters.ts'

export type { PlacedTime, PreparedMemory }

/** One checkpoint to continue from; how many adapters share a base where they are served does not change it. */
const checkpointBytes = (plan: Plan): number =>
  artifactsOf(plan, parameterCounts(plan.architecture).total, trainableCount(plan), 1).checkpointBytes

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
): Engines<PreparedMemory, PlacedTime> {
  const memoryCalibration = library.data('calibration/memory') as MemoryCalibration
  const timeCalibration = library.data('calibration/time') as TimeCalibration
  const end = risk === 'high' ? 'high' : 'mid'
  const packaged: Engines<PreparedMemory, PlacedTime> = {
    judge: {
      prepareMemory,
      prepareTime: (plan) => placeTime(prepareTime(plan), plan, timeCalibration),
      requiredBytes: (prepared, plan) => requiredBytes(prepared, plan, memoryCalibration)[end],
      runSeconds: (placed, plan) => timeEstimate(placed, plan, 'totals').totalSeconds,
      checkpointBytes,
    },
    memory: (prepared, plan, detail) => memoryEstimate(prepared, plan, memoryCalibration, detail),
    time: timeEstimate,
  }
  if (own === null) return packaged
  return {
    judge: {
      ...packaged.judge,
      requiredBytes: (prepared, plan) => {
        const range = requiredBytes(prepared, plan, memoryCalibration)
        return correctedRequirement(range, weightBytesOf(prepared), habitsOf(plan), own)[end]
      },
      runSeconds: (placed, plan) =>
        correctedTime(timeEstimate(placed, plan, 'totals'), habitsOf(plan), own).totalSeconds,
    },
    memory: (prepared, plan, detail) =>
      correctedMemory(packaged.memory(prepared, plan, detail), weightBytesOf(prepared), habitsOf(plan), own),
    time: (prepared, plan, detail) =>
      correctedTime(packaged.time(prepared, plan, detail), habitsOf(plan), own),
  }
}
