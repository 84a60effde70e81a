import { architectureOf } from '../architecture/index.ts'
import type { Library } from '../domain/library.ts'
import type { KnownMisses, MeasuredRun } from '../domain/run.ts'
import { enginesOf } from '../engines.ts'
import { UserError } from '../errors.ts'
import { placementsOf } from '../plan/placements.ts'
import { resolveSpec } from '../plan/resolve.ts'
import { searchPlans } from '../plan/search.ts'
import type { ComparedRun } from './accuracy.ts'
import type { Predicted } from './observation.ts'

const OWN_CARDS = [{ owned: true, provider: null, commitment: null, region: null, offer: null }] as const

/** Memory and time of a fully pinned run, by the same formulas as every estimate. */
export function predictRun(run: MeasuredRun, library: Library): Predicted {
  const resolved = resolveSpec(run.spec, {}, library, architectureOf)
  const engines = enginesOf(library, 'high')
  const placements = placementsOf(resolved.hardware, library, () => OWN_CARDS)
  const { survivors } = searchPlans(resolved, placements, library, engines.judge, { keepAll: true })
  const [survivor] = survivors
  if (survivor === undefined || survivors.length > 1) {
    throw new UserError(
      'invalid-spec',
      `run ${run.id}: its spec allows ${survivors.length} plans`,
      'pin every knob',
    )
  }
  const memory = engines.memory(survivor.preparedMemory, survivor.plan, 'totals')
  const time = engines.time(survivor.preparedTime, survivor.plan, 'totals')
  return {
    allocatedBytes: memory.allocatedBytes,
    reservedBytes: memory.reservedBytes,
    deviceBytes: memory.deviceBytes,
    fitProbability: memory.fitProbability,
    stepSeconds: time.stepSeconds,
    tokensPerSecondPerGpu: time.tokensPerSecondPerGpu,
    gradientAccumulation: survivor.plan.gradientAccumulation,
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
