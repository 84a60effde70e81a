import { comparisonsOf } from '../../core/calibration/compare.ts'
import type { OwnCorrection } from '../../core/calibration/correct.ts'
import { ownEvidence } from '../../core/calibration/evidence.ts'
import { offsetsOf } from '../../core/calibration/offsets.ts'
import type { OwnRun, OwnRunRules } from '../../core/domain/user-calibration.ts'
import { UserError } from '../../core/errors.ts'
import { type CalibrationResult, calibrationSheet, type ShownRun } from '../../render/calibration.ts'
import type { Host } from '../host.ts'
import { openPresets, type Presets } from '../presets.ts'
import { type SheetOptions, writeSheet } from '../sheets.ts'
import { learn } from './learn.ts'
import type { MeasuredRun, RunProblem } from './measured-run.ts'
import {
  emptyOwnFile,
  mergedRuns,
  mergedScores,
  type OwnFile,
  openOwnFile,
  ownPlace,
  saveOwnFile,
} from './own-file.ts'
import { presetsPath } from './own-library.ts'
import { readRuns } from './read-runs.ts'
import { specInFile } from './run-spec.ts'
import { type ScoreOptions, scoreOf } from './score.ts'

export type CalibrateOptions = SheetOptions &
  ScoreOptions & {
    readonly spec?: string
    readonly presets?: string
    readonly offline?: true
    readonly dryRun?: true
    readonly partial?: true
    readonly list?: true
    readonly reset?: true
  }

/** Learns from own runs and scores, lists them, or removes them. */
export async function runCalibrate(
  files: readonly string[],
  options: CalibrateOptions,
  host: Host,
): Promise<void> {
  checkUse(files, options)
  const place = ownPlace(options.presets, host)
  if (options.reset === true) return reset(place, options, host)
  const presets = await presetsFor(options, host)
  if (options.list === true) {
    const own = openOwnFile(place, presets, host)
    const remarks = own.runs.length + own.scores.length === 0 ? [`nothing is on file in ${place}`] : [place]
    return writeSheet(host, options, calibrationSheet(resultOf(own, own.runs, presets, { remarks })))
  }
  return calibrate(files, options, presets, host)
}

/** Flags that say what to do with what is on file leave no room for something to learn. */
function checkUse(files: readonly string[], options: CalibrateOptions): void {
  const score = scoreOf(options)
  const nothing = files.length === 0 && score === null
  if (options.list === true || options.reset === true) {
    if (nothing && options.list !== options.reset) return
    throw new UserError('usage', '--list and --reset stand alone', 'learn, list and remove in separate calls')
  }
  if (!nothing) return
  throw new UserError(
    'usage',
    'there is nothing to learn from',
    'name files of runs, or a score as in --full 0.704 --method qlora --score 0.674 --n 1319',
  )
}

/** The presets; a folder of own ones that is not there yet will be made. */
function presetsFor({ presets, offline, quiet }: CalibrateOptions, host: Host): Promise<Presets> {
  const folder = presetsPath(presets, host)
  return openPresets(host, {
    ...(presets !== undefined && folder !== null && host.exists(folder) ? { presets } : {}),
    ...(offline === true ? { offline } : {}),
    quiet,
  })
}

async function calibrate(
  files: readonly string[],
  options: CalibrateOptions,
  presets: Presets,
  host: Host,
): Promise<void> {
  const stored = openOwnFile(ownPlace(options.presets, host), presets, host)
  const read = await readAll(files, options, presets, host)
  const learned = await learn(read.runs, presets)
  const problems = [...read.problems, ...learned.problems]
  const isWhole = problems.length === 0 || options.partial === true
  const score = scoreOf(options)
  const own: OwnFile = {
    place: stored.place,
    runs: mergedRuns(stored.runs, learned.runs),
    scores: mergedScores(stored.scores, score),
  }
  const isNew = learned.runs.length > 0 || score !== null
  const saved = isWhole && isNew && options.dryRun !== true
  if (saved) saveOwnFile(own, presets, host)
  for (const { error } of problems) {
    host.err.write(`${error.message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`)
  }
  const remarks = [...remarksOf(read.runs), ...outcome(own, stored, saved)]
  const shown = resultOf(own, learned.runs, presets, { remarks, problems, saved })
  const isForMachines = options.json === true || options.format === 'json' || options.format === 'yaml'
  if (isNew || isForMachines) await writeSheet(host, options, calibrationSheet(shown))
  refuse(problems, files, isWhole && isNew)
}

/** Runs of all files, in order. */
async function readAll(
  files: readonly string[],
  { spec }: CalibrateOptions,
  presets: Presets,
  host: Host,
): Promise<{ readonly runs: readonly MeasuredRun[]; readonly problems: readonly RunProblem[] }> {
  const context = {
    host,
    spec: spec === undefined ? null : await specInFile(spec, host),
    globalBatchSize: presets.catalog.defaults().globalBatchSize,
  }
  const runs: MeasuredRun[] = []
  const problems: RunProblem[] = []
  for (const file of files) {
    const read = await readRuns(file, context)
    runs.push(...read.runs)
    problems.push(...read.problems)
  }
  return { runs, problems }
}

const remarksOf = (runs: readonly MeasuredRun[]): readonly string[] =>
  runs.filter(({ remark }) => remark !== '').map(({ name, remark }) => `${name}: ${remark}`)

function outcome(own: OwnFile, stored: OwnFile, saved: boolean): readonly string[] {
  const counted = (count: number, word: string): string => `${count} own ${word}${count === 1 ? '' : 's'}`
  const before = `${counted(stored.runs.length, 'run')} and ${counted(stored.scores.length, 'score')}`
  const after = `${counted(own.runs.length, 'run')} and ${counted(own.scores.length, 'score')}`
  return saved
    ? [`${own.place} holds ${after}, ${before} before: estimates count them in`]
    : [`nothing was saved: ${own.place} holds ${before}, it would hold ${after}`]
}

/** What is shown of runs, with everything on file counted in. */
function resultOf(
  { place, runs: all, scores }: OwnFile,
  runs: readonly OwnRun[],
  { library }: Presets,
  more: {
    readonly remarks: readonly string[]
    readonly problems?: readonly RunProblem[]
    readonly saved?: boolean
  },
): CalibrationResult {
  const rules = library.data('calibration/own-runs') as OwnRunRules
  const evidence = ownEvidence(all, rules)
  const own: OwnCorrection | null = evidence === null ? null : { evidence, rules }
  const shown = (run: OwnRun): ShownRun => ({
    name: run.name,
    from: run.from,
    stack: run.stack,
    methodClass: run.method_class,
    gpu: run.gpu,
    comparisons: comparisonsOf(run, own),
  })
  const physics = runs.some(({ measured }) => measured.allocated_gib !== undefined)
    ? ['allocated is physics alone and stays: it corrects what the card must have, reserved and device']
    : []
  return {
    file: place,
    saved: more.saved ?? false,
    runs: runs.map(shown),
    scores,
    offsets: evidence === null ? [] : offsetsOf(evidence, rules),
    remarks: [...physics, ...more.remarks],
    problems: (more.problems ?? []).map((one) => ({
      place: one.place,
      message: one.error.message,
      hint: one.error.hint ?? null,
    })),
  }
}

/** A run with a problem keeps the others from being saved unless the user says so. */
function refuse(problems: readonly RunProblem[], files: readonly string[], isSaved: boolean): void {
  if (problems.length === 0 || isSaved) return
  const where = files.length === 1 ? (files[0] ?? '') : `${files.length} files`
  throw new UserError(
    'invalid-spec',
    `${where}: ${problems.length} ${problems.length === 1 ? 'run is' : 'runs are'} unusable: nothing was saved`,
    'mend them, or learn from the others with --partial',
  )
}

function reset(place: string, options: CalibrateOptions, host: Host): Promise<void> {
  const isThere = host.exists(place)
  const saved = isThere && options.dryRun !== true
  if (saved) emptyOwnFile(place, host)
  const remark = !isThere
    ? `there was nothing to remove: ${place} is not there`
    : saved
      ? `own runs and scores are removed: ${place} is empty`
      : `nothing was removed: own runs and scores stay in ${place}`
  const empty = { runs: [], scores: [], offsets: [], problems: [] }
  return writeSheet(host, options, calibrationSheet({ file: place, saved, remarks: [remark], ...empty }))
}
