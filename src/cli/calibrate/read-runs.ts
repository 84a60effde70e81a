import { basename } from 'node:path'
import { isTorchSnapshot, snapshotFigures } from '../../core/calibration/torch-snapshot.ts'
import { isTrainerLog, trainerFigures } from '../../core/calibration/trainer-log.ts'
import type { MeasuredFigures } from '../../core/domain/run.ts'
import type { Spec } from '../../core/domain/spec.ts'
import { UserError } from '../../core/errors.ts'
import { isRecord } from '../../core/is-record.ts'
import type { Host } from '../host.ts'
import { jsonIn, parseDocuments } from '../spec/documents.ts'
import { type RunText, readRunText } from './file-text.ts'
import type { MeasuredRun, RunProblem } from './measured-run.ts'
import { checkedRow, placeOf, type RowInDocument, rowsOf } from './run-rows.ts'
import { specOfRow } from './run-spec.ts'

export interface ReadRuns {
  readonly runs: readonly MeasuredRun[]
  readonly problems: readonly RunProblem[]
}

/** What reading a file of runs needs beside it. */
export interface RunContext {
  readonly host: Host
  /** Spec of `--spec`, for what says nothing of its own configuration. */
  readonly spec: Spec | null
  /** Sequences of a step where the spec says nothing. */
  readonly globalBatchSize: number
}

/** The runs of one file: rows of YAML or JSON, a memory snapshot, or a Trainer's log. Each that is no good is a problem of its own. */
export async function readRuns(reference: string, context: RunContext): Promise<ReadRuns> {
  try {
    const source = await readRunText(reference, context.host)
    const json = jsonIn(source.text)
    if (isRecord(json) && (isTorchSnapshot(json) || isTrainerLog(json)))
      return { runs: [logged(json, source, context)], problems: [] }
    return await readRows(source, context)
  } catch (error) {
    return { runs: [], problems: [problemOf(error, reference)] }
  }
}

function problemOf(error: unknown, place: string): RunProblem {
  if (error instanceof UserError) return { place, error }
  throw error
}

/** The run that a snapshot or a log is of. */
function logged(json: Readonly<Record<string, unknown>>, source: RunText, context: RunContext): MeasuredRun {
  const { spec } = context
  const { name, file } = source
  if (spec === null) {
    throw new UserError(
      'usage',
      `${name} does not say how the run was configured`,
      'name the spec of the run: --spec FILE',
    )
  }
  const run = (measured: MeasuredFigures, remark: string): MeasuredRun => ({
    name: basename(name),
    file,
    place: name,
    oom: false,
    spec,
    measured,
    remark,
  })
  try {
    if (isTorchSnapshot(json)) return run(snapshotFigures(json), '')
    const batch = spec.training?.global_batch_size ?? context.globalBatchSize
    const { measured, remark } = trainerFigures(json, batch)
    return run(measured, remark)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(error.code, `${name}: ${error.message}`, error.hint)
  }
}

async function readRows(source: RunText, context: RunContext): Promise<ReadRuns> {
  const runs: MeasuredRun[] = []
  const problems: RunProblem[] = []
  let position = 0
  for (const document of await parseDocuments(source)) {
    if ('error' in document) {
      problems.push({ place: source.name, error: document.error })
      continue
    }
    for (const row of rowsOf(document)) {
      position += 1
      try {
        runs.push(await readRow(row, `${basename(source.name)}#${position}`, context))
      } catch (error) {
        problems.push(problemOf(error, await placeOf(row, [], 'value')))
      }
    }
  }
  return { runs, problems }
}

async function readRow(row: RowInDocument, name: string, { host, spec }: RunContext): Promise<MeasuredRun> {
  const place = await placeOf(row, [], 'value')
  const checked = await checkedRow(row)
  const own = checked.spec === undefined ? spec : await specOfRow(row, checked.spec, host)
  if (own === null) {
    throw new UserError(
      'invalid-spec',
      `${place}: the run has no spec`,
      'write it there, or name it: --spec FILE',
    )
  }
  return {
    name: checked.id ?? name,
    file: row.document.file,
    place,
    oom: checked.oom,
    spec: own,
    measured: checked.measured,
    remark: '',
  }
}
