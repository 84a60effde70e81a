import { planAdvice } from './advice/plan-advice.ts'
import { modelReport } from './architecture/index.ts'
import { estimatePlan } from './candidates.ts'
import { cheapestPerMethod } from './cost/budget.ts'
import { ageDays } from './cost/dates.ts'
import type { Candidate } from './domain/decision.ts'
import type { HyperparameterRules } from './domain/hyperparameters.ts'
import type { PlanReport, Report, Verdict } from './domain/report.ts'
import { type Findings, findPlans } from './find-plans.ts'
import { memoryRelaxationFor } from './memory-relaxations.ts'
import { rejections } from './plan/relax.ts'
import { verdictOf } from './plan/select.ts'
import { noteReports, planReport, raisedNotes } from './report/plan-report.ts'
import { priceNotes } from './report/price-notes.ts'
import { specReport } from './report/spec-report.ts'
import type { EstimateRequest } from './request.ts'

export const SCHEMA_VERSION = '1.0'
export const REPORT_SCHEMA = 'https://ftplan.dev/schema/report-1.json'

/**
 * The one door: a spec in, a report out. Looks at every plan that the spec allows, drops what breaks a constraint, ranks the rest and says
 * why. Pure: presets, prices, the day and the name of the program come in with the request.
 */
export function estimate(request: EstimateRequest): Report {
  return reportOf(findPlans(request))
}

function reportOf(findings: Findings): Report {
  const { request, context, policy, decision } = findings
  const { resolved } = context
  const model = modelReport(resolved.architecture)
  const shown = shownPlans(findings)
  const plans = topPlans(shown, request.top, findings).map((id) =>
    describe(id, shown.indexOf(id) + 1, findings),
  )
  const candidates = decision.order
  return {
    $schema: REPORT_SCHEMA,
    schemaVersion: SCHEMA_VERSION,
    generator: { ...request.generator },
    ...(request.generatedAt === null ? {} : { generatedAt: request.generatedAt }),
    spec: specReport(resolved),
    model: {
      id: resolved.modelId,
      modelType: model.modelType,
      parameters: { ...model.parameters },
      quantizableParameters: model.quantizableParameters,
    },
    verdict: verdictOfReport(plans),
    plans,
    hiddenPlans: shown.length - plans.length,
    candidates: findings.searched,
    rejected: rejections(candidates, policy.limits, memoryRelaxationFor(findings.gpuPlans, context)).map(
      (one) => ({
        ...one,
        relaxation: one.relaxation === null ? null : { ...one.relaxation },
      }),
    ),
    decision: {
      winner: decision.winner?.id ?? null,
      runnerUp: decision.runnerUp?.id ?? null,
      objective: policy.objective,
      because: [...decision.because],
      binding: decision.binding,
      robustness: decision.robustness,
      closeCall: decision.closeCall,
      flips: [...decision.flips],
      relaxations: decision.relaxations.map((one) => ({ ...one })),
      cheapestPerMethod: cheapestOf(findings),
    },
    notes: [
      ...noteReports([
        ...resolved.notes,
        ...findings.notes,
        ...priceNotes(plans, request.library, request.asOf),
      ]),
      ...raisedNotes(plans),
    ],
    catalog: { pricesAsOf: oldestPrice(plans, request.asOf), presetsVersion: request.library.presetsVersion },
  }
}

/** Candidates that break no limit, best first. */
const feasibleOf = ({ decision, judged }: Findings): Candidate[] =>
  decision.order.filter(({ id }) => judged.get(id)?.broken.length === 0)

/** The cheapest feasible plan of each method; none without a price. */
function cheapestOf(findings: Findings): Report['decision']['cheapestPerMethod'] {
  const { gpuPlans } = findings
  return [...cheapestPerMethod(feasibleOf(findings))].map(([method, { id, label, place, usd, seconds }]) => ({
    method,
    plan: id,
    label,
    place,
    usd: usd?.mid ?? 0,
    seconds: seconds?.mid ?? null,
    complete: !(gpuPlans.get(id)?.estimated.cost.notes ?? []).some(
      ({ code }) => code === 'ownership-unstated',
    ),
  }))
}

/** Ids to show, best first: what is feasible, or the nearest misses when nothing is; the best of its kind unless all are wanted. */
function shownPlans(findings: Findings): string[] {
  const { decision, request, gpuPlans } = findings
  const feasible = feasibleOf(findings)
  const order = feasible.length > 0 ? feasible : decision.order
  if (request.all) return order.map(({ id }) => id)
  const kinds = new Set<string>()
  return order
    .filter(({ id, method, gpu, gpuCount, provider }) => {
      const commitment = gpuPlans.get(id)?.estimated.plan.hardware.commitment ?? ''
      const kind = gpu === null ? id : `${method}/${gpu}/${gpuCount}/${provider}/${commitment}`
      if (kinds.has(kind)) return false
      kinds.add(kind)
      return true
    })
    .map(({ id }) => id)
}

/** The first plans, and the best of each method that is not among them: no method that works is hidden behind ten rows of another. */
function topPlans(shown: readonly string[], top: number | null, { judged }: Findings): readonly string[] {
  if (top === null || shown.length <= top) return shown
  const methodOf = (id: string): string => judged.get(id)?.candidate.method ?? ''
  const bestOfMethods = new Map(shown.toReversed().map((id) => [methodOf(id), id]))
  const first = new Set(shown.slice(0, top).map(methodOf))
  const others = [...bestOfMethods].filter(([method]) => !first.has(method)).map(([, id]) => id)
  const kept = new Set([...shown.slice(0, Math.max(1, top - others.length)), ...others])
  return shown.filter((id) => kept.has(id))
}

/** One plan of the report, with every term. */
function describe(id: string, rank: number, findings: Findings): PlanReport {
  const { gpuPlans, services, context, judged, paretoIds } = findings
  const gpuPlan = gpuPlans.get(id)
  const verdict = judged.get(id)
  if (verdict === undefined) throw new Error(`plan ${id} was ranked but not found`)
  const standing = {
    rank,
    feasible: verdict.broken.length === 0,
    pareto: paretoIds.has(id),
    verdict: verdictOf(verdict.constraints),
    constraints: verdict.constraints.map((one) => ({ ...one })),
  }
  if (gpuPlan !== undefined) {
    const { estimated, survivor } = gpuPlan
    const full = estimatePlan(estimated.plan, survivor, context, 'terms')
    const rules = findings.request.library.data('hyperparameters') as HyperparameterRules
    return planReport(full, standing, planAdvice(full, context, rules))
  }
  const service = services.get(id)
  if (service === undefined) throw new Error(`plan ${id} was ranked but not found`)
  return service.report(standing)
}

const verdictOfReport = (plans: readonly PlanReport[]): Verdict =>
  plans.some((plan) => plan.feasible) ? 'ok' : ((plans[0]?.verdict ?? 'infeasible') as Verdict)

/** Date of the oldest price among the plans: nothing in the table is older. */
function oldestPrice(plans: readonly PlanReport[], today: string): string | null {
  let oldest: { asOf: string; days: number } | null = null
  for (const { cost } of plans) {
    const asOf = cost.price?.asOf ?? null
    const days = ageDays(asOf, today)
    if (asOf !== null && days !== null && (oldest === null || days > oldest.days)) oldest = { asOf, days }
  }
  return oldest?.asOf ?? null
}
