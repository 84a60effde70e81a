import type { Library } from '../domain/library.ts'
import type { KnownMisses, MeasuredRun } from '../domain/run.ts'
import { UserError } from '../errors.ts'
import { pinnedRun } from '../pinned-run.ts'
import type { ComparedRun } from './accuracy.ts'
import type { Predicted } from './observation.ts'

/** Memory and time of a fully pinned run, by the same formulas as every estimate. */
function predictRun(run: MeasuredRun, library: Library): Predicted {
  const { plan, memory, time } = pinnedRun(
    run.spec,
    library,
    ({ length }) =>
      new UserError('invalid-spec', `run ${run.id}: its spec allows ${length} plans`, 'pin every knob'),
  )
  return {
    allocatedBytes: memory.allocatedBytes,
    reservedBytes: memory.reservedBytes,
    deviceBytes: memory.deviceBytes,
    fitProbability: memory.fitProbability,
    stepSeconds: time.stepSeconds,
    tokensPerSecondPerGpu: time.tokensPerSecondPerGpu,
    gradientAccumulation: plan.gradientAccumulation,
  }
}

const methodOf = ({ spec: { training } }: MeasuredRun): string => {
  const quantization = training?.quantization?.type
  return quantization === undefined ? String(training?.method) : `${training?.method}/${quantization}`
}

const modelOf = ({ spec: { model } }: MeasuredRun): string => (typeof model === 'string' ? model : 'inline')

const gpuOf = ({ spec: { hardware } }: MeasuredRun): string =>
  [hardware ?? []]
    .flat()
    .map(({ gpu }) => [gpu].flat().join('/'))
    .join(', ')

/** What is known about a run that the formulas miss (presets/known-misses.yaml); null when nothing is. */
function knownMiss(id: string, library: Library): string | null {
  const { rows } = library.data('known-misses') as KnownMisses
  return rows.find(({ runs }) => runs.includes(id))?.why ?? null
}

/** A published run beside its prediction; `source` is the id of the list that it stands in. */
export const compareRun = (run: MeasuredRun, source: string, library: Library): ComparedRun => ({
  id: run.id,
  group: run.group,
  source,
  method: methodOf(run),
  stack: [run.spec.training?.stack ?? ''].flat().join('/'),
  gpu: gpuOf(run),
  model: modelOf(run),
  outOfMemory: run.oom,
  measured: run.measured,
  predicted: predictRun(run, library),
  note: knownMiss(run.id, library) ?? run.note ?? '',
})
