import type { Catalog } from '../catalog/index.ts'
import { type AccuracyReport, accuracyReport, type ComparedRun } from '../core/accuracy/accuracy.ts'
import { compareRun } from '../core/accuracy/compare.ts'
import { architectureOf, modelReport } from '../core/architecture/index.ts'
import type { Article, ArticleClaim, JudgedClaim } from '../core/domain/article.ts'
import type { MeasuredRun } from '../core/domain/run.ts'
import { UserError } from '../core/errors.ts'
import { estimate } from '../core/estimate.ts'
import { articleClaims, articleMemoryGb, type ClaimedPlan } from '../core/plan/article.ts'
import type { EstimateRequest } from '../core/request.ts'
import { GB } from '../core/units.ts'

const WORST_ROWS = 10

/** What `ftplan accuracy` shows of one quantity. */
export interface AccuracyResult {
  readonly report: AccuracyReport
  /** The same rows predicted by the article's formula; null unless it was asked for. */
  readonly baseline: AccuracyReport | null
}

/** Predicted beside measured over the packaged runs. */
export function accuracyOf(
  catalog: Catalog,
  quantity: 'memory' | 'time',
  withBaseline: boolean,
): AccuracyResult {
  const runs = catalog.runs().flatMap(({ id, rows }) => rows.map((run) => ({ run, source: id })))
  const compared = runs.map(({ run, source }) => ({ run, compared: comparedOrFailed(run, source, catalog) }))
  const report = accuracyReport(
    compared.map((one) => one.compared),
    quantity,
    WORST_ROWS,
  )
  if (!withBaseline) return { report, baseline: null }
  const baseline = compared.map((one) => withArticle(one.compared, one.run, catalog))
  return { report, baseline: accuracyReport(baseline, quantity, WORST_ROWS) }
}

/** A run whose spec cannot be estimated counts as failed, by name. */
function comparedOrFailed(run: MeasuredRun, source: string, catalog: Catalog): ComparedRun {
  try {
    return compareRun(run, source, catalog)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return {
      id: run.id,
      group: run.group,
      source,
      method: String(run.spec.training?.method),
      stack: String(run.spec.training?.stack),
      gpu: '',
      model: '',
      outOfMemory: run.oom,
      measured: run.measured,
      predicted: null,
      note: error.message,
    }
  }
}

/** The run with the memory that the article's formula says. */
function withArticle(compared: ComparedRun, { spec }: MeasuredRun, catalog: Catalog): ComparedRun {
  const { predicted } = compared
  const { training } = spec
  if (predicted === null || spec.model === undefined) return compared
  const parameters = modelReport(architectureOf(catalog.model(spec.model).config)).parameters.total
  const batch = Number([training?.micro_batch_size ?? 1].flat()[0])
  const sequence = Number([training?.sequence_length ?? 2048].flat()[0])
  const bytes = articleMemoryGb((parameters * 2) / GB, batch, sequence).total * GB
  const exactly = { low: bytes, mid: bytes, high: bytes }
  return {
    ...compared,
    predicted: { ...predicted, allocatedBytes: exactly, reservedBytes: exactly, deviceBytes: exactly },
  }
}

/** Every claim of the article beside an estimate, a measurement or arithmetic. */
export function judgedArticle(
  catalog: Catalog,
  request: Omit<EstimateRequest, 'spec' | 'origins'>,
): JudgedClaim[] {
  const { claims } = catalog.data('article') as Article
  const planFor = ({ spec, method }: ArticleClaim): ClaimedPlan | null => {
    if (spec === undefined) return null
    const report = estimate({ ...request, spec, origins: {}, top: null })
    const plan = report.plans.find((one) => method === undefined || one.method === method)
    return plan === undefined ? null : { plan, totalParameters: report.model.parameters.total }
  }
  return articleClaims(claims, planFor)
}
