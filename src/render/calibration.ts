import type { Comparison } from '../core/calibration/compare.ts'
import type { Offset } from '../core/calibration/offsets.ts'
import type { OwnScore } from '../core/domain/user-calibration.ts'
import { GIB } from '../core/units.ts'
import { right } from './column.ts'
import { formatChange, formatCount, formatGib, formatSeconds } from './format.ts'
import type { Block, Sheet } from './sheet.ts'

/** An own run with its figures before and after. */
export interface ShownRun {
  readonly name: string
  readonly from: string
  readonly stack: string
  readonly methodClass: string
  readonly gpu: string
  readonly comparisons: readonly Comparison[]
}

/** What `ftplan calibrate` shows. */
export interface CalibrationResult {
  /** File of own runs and scores. */
  readonly file: string
  /** Whether the file was written. */
  readonly saved: boolean
  readonly runs: readonly ShownRun[]
  readonly scores: readonly OwnScore[]
  readonly offsets: readonly Offset[]
  /** Remarks on the figures, and what happened to the file. */
  readonly remarks: readonly string[]
  readonly problems: readonly {
    readonly place: string
    readonly message: string
    readonly hint: string | null
  }[]
}

const figureIn =
  (unit: Comparison['unit']) =>
  (value: number): string =>
    unit === 'GiB'
      ? `${formatGib(value * GIB)} GiB`
      : unit === 's'
        ? formatSeconds(value)
        : formatCount(value)

function measuredText({ unit, measured: { low, high } }: Comparison): string {
  const figure = figureIn(unit)
  if (high === null) return `above ${figure(low)}`
  return low === high ? figure(low) : `${figure(low)} .. ${figure(high)}`
}

const runRows = (runs: readonly ShownRun[]): string[][] =>
  runs.flatMap(({ name, comparisons }) =>
    comparisons.map((one) => [
      name,
      one.counter,
      figureIn(one.unit)(one.before.mid),
      measuredText(one),
      formatChange(one.errorBefore),
      formatChange(one.errorAfter),
    ]),
  )

const offsetRows = (offsets: readonly Offset[]): string[][] =>
  offsets.map(({ stack, methodClass, quantity, runs, ratio }) => [
    stack,
    methodClass ?? 'any',
    quantity === 'time' ? 'step time' : `${quantity}, beyond the weights`,
    String(runs),
    ratio.toFixed(2),
  ])

const scoreRows = (scores: readonly OwnScore[]): string[][] =>
  scores.map(({ method, task, rank, full, score, n }) => [
    method,
    task ?? 'any',
    rank === null ? 'any' : String(rank),
    String(full),
    String(score),
    String(n),
  ])

const tables = ({ runs, offsets, scores }: CalibrationResult): Block[] => [
  {
    title: 'Own runs: predicted without and with them',
    columns: [
      { head: 'run' },
      { head: 'counter' },
      right('predicted'),
      right('measured'),
      right('error'),
      right('error after'),
    ],
    rows: runRows(runs),
  },
  {
    title: 'Measured / predicted',
    columns: [{ head: 'stack' }, { head: 'methods' }, { head: 'what' }, right('runs'), right('ratio')],
    rows: offsetRows(offsets),
  },
  {
    title: 'Own scores',
    columns: [
      { head: 'method' },
      { head: 'task' },
      right('rank'),
      right('full'),
      right('score'),
      right('items'),
    ],
    rows: scoreRows(scores),
  },
]

/** Own runs before and after, what they come to, own scores, and remarks. */
export function calibrationSheet(result: CalibrationResult): Sheet {
  const filled = tables(result).filter(({ rows = [] }) => rows.length > 0)
  const lines = result.remarks.length === 0 ? [] : [{ lines: result.remarks }]
  return { data: result, blocks: [...filled, ...lines] }
}
