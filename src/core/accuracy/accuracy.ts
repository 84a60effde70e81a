import { groupBy } from '../group-by.ts'
import {
  type Measured,
  memoryObservations,
  type Observation,
  type Predicted,
  timeObservation,
} from './observation.ts'
import { type Statistics, statisticsOf } from './statistics.ts'

/** A published run with its prediction; `predicted` is null when the spec could not be estimated. */
export interface ComparedRun {
  readonly id: string
  readonly group: string
  readonly source: string
  readonly method: string
  readonly stack: string
  readonly gpu: string
  readonly model: string
  readonly outOfMemory: boolean
  readonly measured: Measured
  readonly predicted: Predicted | null
  readonly note: string
}

export interface ComparedRow extends Observation {
  readonly run: ComparedRun
  readonly group: string
}

/** Rows of one kind under one heading (`source`, `method`, `stack`, `counter`, `gpu`). */
export interface Breakdown {
  readonly by: string
  readonly rows: readonly { readonly key: string; readonly statistics: Statistics }[]
}

export interface AccuracyReport {
  readonly quantity: 'memory' | 'time'
  readonly overall: Statistics | null
  readonly breakdowns: readonly Breakdown[]
  /** Worst rows first. */
  readonly worst: readonly ComparedRow[]
  readonly failed: readonly string[]
  /** Runs that ended out of memory, and how many of them were predicted to fit; runs that ran and were predicted not to. */
  readonly fit: {
    readonly outOfMemoryRows: number
    readonly predictedToFit: readonly string[]
    readonly ranRows: number
    readonly predictedNotToFit: readonly string[]
  } | null
}

/** A run counts as predicted to fit from this probability on. */
const FITS = 0.5

/** Predicted beside measured over all runs of the corpus. */
export function accuracyReport(
  runs: readonly ComparedRun[],
  quantity: 'memory' | 'time',
  worstCount: number,
): AccuracyReport {
  const usable = runs.filter((run) => run.predicted !== null)
  const first = usable.flatMap((run) => rowsOf(run, quantity).slice(0, 1))
  const all = usable.flatMap((run) => rowsOf(run, quantity))
  const breakdown = (
    by: string,
    rows: readonly ComparedRow[],
    keyOf: (row: ComparedRow) => string,
  ): Breakdown => ({
    by,
    rows: [...groupBy(rows, keyOf)]
      .map(([key, members]) => ({ key, statistics: statisticsOf(members) }))
      .filter((row): row is { key: string; statistics: Statistics } => row.statistics !== null)
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
  })
  return {
    quantity,
    overall: statisticsOf(first),
    breakdowns: [
      breakdown('source', first, (row) => row.run.source),
      breakdown('method', first, (row) => row.run.method),
      breakdown('stack', first, (row) => row.run.stack),
      breakdown('gpu', first, (row) => row.run.gpu),
      breakdown('counter', all, (row) => row.counter),
    ],
    worst: [...first].sort((a, b) => Math.abs(b.error) - Math.abs(a.error)).slice(0, worstCount),
    failed: runs.filter((run) => run.predicted === null).map((run) => run.id),
    fit: quantity === 'memory' ? fitCounts(usable) : null,
  }
}

function rowsOf(run: ComparedRun, quantity: 'memory' | 'time'): ComparedRow[] {
  if (run.predicted === null || run.outOfMemory) return []
  const observations =
    quantity === 'memory'
      ? memoryObservations(run.measured, run.predicted)
      : [timeObservation(run.measured, run.predicted)]
  return observations
    .filter((one) => one !== null)
    .filter((one) => one.quantity !== 'micro-step')
    .map((one) => ({ ...one, run, group: run.group }))
}

function fitCounts(runs: readonly ComparedRun[]): AccuracyReport['fit'] {
  const fits = (run: ComparedRun): boolean => (run.predicted?.fitProbability ?? 0) >= FITS
  const outOfMemory = runs.filter((run) => run.outOfMemory)
  const ran = runs.filter((run) => !run.outOfMemory)
  return {
    outOfMemoryRows: outOfMemory.length,
    predictedToFit: outOfMemory.filter(fits).map((run) => run.id),
    ranRows: ran.length,
    predictedNotToFit: ran.filter((run) => !fits(run)).map((run) => run.id),
  }
}
