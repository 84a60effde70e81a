import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { MemoryCalibration } from '../../src/core/domain/memory-calibration.ts'
import type { Plan } from '../../src/core/domain/plan.ts'
import { fitLibrary, type MeasuredRow, pinnedPlan, presetsFolder, publishedRows } from '../time-fit/corpus.ts'

/** A published run whose memory is known, or that ran out of it. */
export interface MemoryCase extends MeasuredRow {
  readonly plan: Plan
}

const hasMemory = ({ measured, oom }: MeasuredRow): boolean =>
  oom ||
  [measured.allocatedGib, measured.reservedGib, measured.deviceGib, measured.memoryGibRange].some(
    (one) => one !== undefined,
  )

export const calibrationPath = `${presetsFolder}/calibration/memory.yaml`

export const readCalibration = (): MemoryCalibration =>
  MemoryCalibration.parse(parse(readFileSync(calibrationPath, 'utf8')))

/** Published runs that say something of memory, with their plans. */
export function memoryCases(file: string | undefined): MemoryCase[] {
  const library = fitLibrary()
  return publishedRows(file)
    .filter(hasMemory)
    .map((row) => ({ ...row, plan: pinnedPlan(row.spec, library) }))
}
