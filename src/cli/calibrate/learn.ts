import type { Catalog } from '../../catalog/index.ts'
import { implausibility } from '../../core/calibration/plausible.ts'
import { predictOwnRun } from '../../core/calibration/predict.ts'
import type { Spec } from '../../core/domain/spec.ts'
import type { OwnRun, OwnRunRules } from '../../core/domain/user-calibration.ts'
import { UserError } from '../../core/errors.ts'
import type { Presets } from '../presets.ts'
import type { MeasuredRun, RunProblem } from './measured-run.ts'
import { STANDARD_INPUT } from './own-file.ts'

/** Runs with their predictions, and those that cannot be used. */
export interface Learned {
  readonly runs: readonly OwnRun[]
  readonly problems: readonly RunProblem[]
}

/** Predicts each run; what cannot be estimated, or is of another run than its spec says, is a problem at its place. */
export async function learn(measured: readonly MeasuredRun[], presets: Presets): Promise<Learned> {
  const runs: OwnRun[] = []
  const problems: RunProblem[] = []
  for (const run of measured) {
    try {
      runs.push(await ownRun(run, presets))
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      const { place, name } = run
      problems.push({
        place,
        error: new UserError(error.code, `${place}: run ${name}: ${error.message}`, error.hint),
      })
    }
  }
  return { runs, problems }
}

async function ownRun(run: MeasuredRun, presets: Presets): Promise<OwnRun> {
  const { library, catalog } = presets
  const spec = await presets.prepared(run.spec)
  const own: OwnRun = {
    name: run.name,
    from: run.file ?? STANDARD_INPUT,
    ...predictOwnRun(spec, library),
    spec: portable(spec, catalog),
    measured: run.measured,
    oom: run.oom,
  }
  const problem = implausibility(own, library.data('calibration/own-runs') as OwnRunRules)
  if (problem === null) return own
  throw new UserError(
    'invalid-spec',
    problem,
    'the spec describes another run, or a figure is in another unit: GiB are 1024³ bytes, times are in seconds',
  )
}

/** The spec without the files that it names: later estimates run elsewhere. */
function portable(spec: Spec, catalog: Catalog): Spec {
  const { model, dataset } = spec
  const { path: _, ...data } = dataset ?? {}
  return {
    ...spec,
    ...(dataset === undefined ? {} : { dataset: data }),
    ...(typeof model === 'string' && !catalog.has('models', model)
      ? { model: inlineModel(model, catalog) }
      : {}),
  }
}

function inlineModel(reference: string, catalog: Catalog): NonNullable<Spec['model']> {
  const { id, config } = catalog.model(reference)
  const inline = { config: config as Readonly<Record<string, unknown>> }
  return id === null ? inline : { ...inline, id }
}
