import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Measured } from '../../src/core/accuracy/observation.ts'
import { MemoryCalibration } from '../../src/core/domain/memory-calibration.ts'
import type { Plan } from '../../src/core/domain/plan.ts'
import { RunList } from '../../src/core/domain/run.ts'
import { Spec } from '../../src/core/domain/spec.ts'
import { fitLibrary, pinnedPlan, presetsFolder } from '../time-fit/corpus.ts'

/** A published run whose memory is known, or that ran out of it. */
export interface MeasuredRow {
  readonly id: string
  readonly group: string
  readonly source: string
  readonly spec: Spec
  readonly measured: Measured
  readonly oom: boolean
}

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

/** Runs of `presets/runs`, or of a JSON-lines file of the same rows. */
export function memoryCases(file: string | undefined): MemoryCase[] {
  const library = fitLibrary()
  return rowsOf(file)
    .filter(hasMemory)
    .map((row) => ({ ...row, plan: pinnedPlan(row.spec, library) }))
}

function rowsOf(file: string | undefined): MeasuredRow[] {
  if (file === undefined) {
    const lists = readdirSync(`${presetsFolder}/runs`).map((name) =>
      RunList.parse(parse(readFileSync(`${presetsFolder}/runs/${name}`, 'utf8'))),
    )
    return lists.flatMap(({ id, rows }) => rows.map((row) => ({ ...row, source: id })))
  }
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as MeasuredRow)
    .map((row) => ({ ...row, oom: row.oom ?? false, spec: Spec.parse(row.spec) }))
}
