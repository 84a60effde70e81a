import { architectureOf } from './architecture/index.ts'
import { ownCorrectionOf } from './calibration/own-correction.ts'
import { ownScoreNotes } from './calibration/own-scores.ts'
import { type CandidateContext, candidatesOf, type RankedPlan, withoutWorseSiblings } from './candidates.ts'
import { paymentsFor } from './cost/payments.ts'
import { pricedBy } from './cost/price-policy.ts'
import { reclaimedBy } from './cost/reclaim.ts'
import type { Market } from './domain/bill.ts'
import type { Decision } from './domain/decision.ts'
import type { RetentionRules, Task } from './domain/task.ts'
import { enginesOf, type PlacedTime, type PreparedMemory } from './engines.ts'
import { memoryRelaxationFor } from './memory-relaxations.ts'
import type { Note } from './notes.ts'
import { decide } from './plan/decide.ts'
import { linkedOnly, placementsOf } from './plan/placements.ts'
import { policyOf } from './plan/policy.ts'
import { paretoFlags } from './plan/rank.ts'
import { resolveSpec } from './plan/resolve.ts'
import { searchPlans } from './plan/search.ts'
import { type Judged, judge } from './plan/select.ts'
import type { Policy } from './plan/variations.ts'
import type { EstimateRequest } from './request.ts'
import { type ServicePlan, servicesBeside } from './services.ts'

type GpuPlan = RankedPlan<PreparedMemory, PlacedTime>
type Context = CandidateContext<PreparedMemory, PlacedTime>

/** Everything that was found for a request, before it is written down. */
export interface Findings {
  readonly request: EstimateRequest
  readonly context: Context
  readonly policy: Policy
  readonly gpuPlans: ReadonlyMap<string, GpuPlan>
  readonly services: ReadonlyMap<string, ServicePlan>
  /** What is worth knowing beside the plans. */
  readonly notes: readonly Note[]
  readonly decision: Decision
  readonly judged: ReadonlyMap<string, Judged>
  readonly paretoIds: ReadonlySet<string>
  readonly searched: number
}

/** Looks at every plan that the request allows, estimates those that can matter and decides among them. */
export function findPlans(request: EstimateRequest): Findings {
  const { library, prices, asOf, spec } = request
  const resolved = resolveSpec(spec, request.origins, library, architectureOf)
  const policy = policyOf(spec)
  const context: Context = {
    resolved,
    engines: enginesOf(library, policy.limits.risk, ownCorrectionOf(library)),
    market: library.data('market') as Market,
    task: library.data(`tasks/${resolved.task}`) as Task,
    rules: library.data('retention') as RetentionRules,
    measuredScores: library.measuredScores(),
    asOf,
  }
  const listed = placementsOf(
    resolved.hardware,
    library,
    pricedBy(reclaimedBy(paymentsFor, context.market), prices, asOf),
  )
  for (const gpu of Object.keys(prices.overrides)) if (gpu !== '*') library.gpu(gpu)
  const { placements, notes: leftOut } = linkedOnly(listed)
  const found = searchPlans(resolved, placements, library, context.engines.judge, {
    keepAll: request.all,
    onProgress: request.onProgress,
  })
  const costed = found.survivors.flatMap((survivor) => candidatesOf(survivor, context))
  const gpuPlans = byId(request.all ? costed : withoutWorseSiblings(costed))
  const own = [...gpuPlans.values()].map(({ candidate }) => candidate)
  const beside = servicesBeside(own, found.candidates, request, resolved, policy)
  const services = byId(beside.services)
  const candidates = [...own, ...beside.services.map(({ candidate }) => candidate)]
  const decision = decide(candidates, policy, memoryRelaxationFor(gpuPlans, context))
  const judged = byId(judge(candidates, policy.limits))
  const feasible = candidates.filter(({ id }) => judged.get(id)?.broken.length === 0)
  const flags = paretoFlags(feasible)
  const paretoIds = new Set(feasible.filter((_, index) => flags[index]).map(({ id }) => id))
  const methods = candidates.map(({ method }) => method)
  const notes = [
    ...leftOut,
    ...beside.notes,
    ...ownScoreNotes(context.measuredScores, resolved.task, methods),
  ]
  const searched = found.candidates
  return { request, context, policy, gpuPlans, services, notes, decision, judged, paretoIds, searched }
}

const byId = <T extends { readonly candidate: { readonly id: string } }>(
  plans: readonly T[],
): Map<string, T> => new Map(plans.map((plan) => [plan.candidate.id, plan]))
