// Scatter of the packaged runs around the offset of their own source: what presets/calibration/own-runs.yaml assumes of a user's runs.
// node scripts/ts.js scripts/fit-own-runs.ts
import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { quantile } from '../src/core/accuracy/statistics.ts'
import { predictOwnRun } from '../src/core/calibration/predict.ts'
import { residualsOf } from '../src/core/calibration/residuals.ts'
import { DefaultValues } from '../src/core/domain/defaults.ts'
import { type MeasuredFigures, RunList } from '../src/core/domain/run.ts'
import { OwnRunRules } from '../src/core/domain/user-calibration.ts'
import { groupBy } from '../src/core/group-by.ts'
import { fitLibrary } from './time-fit/corpus.ts'

const read = (path: string): unknown => parse(readFileSync(`presets/${path}`, 'utf8'))
const defaults = DefaultValues.parse(read('defaults.yaml'))
const library = { ...fitLibrary(), defaults: () => defaults }
const rules = OwnRunRules.parse(read('calibration/own-runs.yaml'))
const lists = readdirSync('presets/runs').map((name) => RunList.parse(read(`runs/${name}`)))

interface Row {
  /** One owner of runs: a source, a stack and a method class. */
  readonly owner: string
  readonly value: number
}

const rows: Record<'time' | 'memory', Row[]> = { time: [], memory: [] }
for (const { id, rows: runs } of lists) {
  for (const { spec, measured, oom } of runs) {
    if (oom) continue
    const run = predictOwnRun(spec, library)
    const figures = {
      allocated_gib: measured.allocatedGib,
      reserved_gib: measured.reservedGib,
      device_gib: measured.deviceGib,
      memory_gib_range: measured.memoryGibRange,
      memory_counter: measured.memoryCounter,
      tokens_per_second_per_gpu: measured.tokensPerSecondPerGpu,
      step_seconds: measured.stepSeconds,
      micro_step_seconds: measured.microStepSeconds,
    } as MeasuredFigures
    const { required, time } = residualsOf({ measured: figures, predicted: run.predicted, oom: false }, rules)
    const owner = `${id}/${run.stack}/${run.method_class}`
    if (time !== null) rows.time.push({ owner: `${owner}/${run.gpu}`, value: time.logarithm })
    if (required !== null) rows.memory.push({ owner, value: required.logarithm * required.share })
  }
}

for (const [quantity, all] of Object.entries(rows)) {
  const owners = [...groupBy(all, ({ owner }) => owner)].filter(([, members]) => members.length > 1)
  const scatters = owners.map(([owner, members]) => {
    const mean = members.reduce((sum, { value }) => sum + value, 0) / members.length
    const squares = members.reduce((sum, { value }) => sum + (value - mean) ** 2, 0)
    return {
      owner,
      runs: members.length,
      mean,
      squares,
      deviation: Math.sqrt(squares / (members.length - 1)),
    }
  })
  const freedom = scatters.reduce((sum, { runs }) => sum + runs - 1, 0)
  const pooled = Math.sqrt(scatters.reduce((sum, { squares }) => sum + squares, 0) / freedom)
  const between = scatters.map(({ mean }) => mean)
  console.log(
    `${quantity}: pooled scatter ${pooled.toFixed(3)}, median of owners ${quantile(
      scatters.map((one) => one.deviation),
      0.5,
    ).toFixed(
      3,
    )}, offsets ${Math.sqrt(between.reduce((sum, mean) => sum + mean ** 2, 0) / between.length).toFixed(3)}`,
  )
  for (const one of scatters)
    console.log(
      `  ${one.owner}: ${one.runs} runs, offset ${one.mean.toFixed(3)}, scatter ${one.deviation.toFixed(3)}`,
    )
}
