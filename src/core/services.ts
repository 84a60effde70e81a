import { scoreOf } from './advice/plan-advice.ts'
import { parameterCounts } from './architecture/index.ts'
import { type ApiPlan, apiPlans } from './cost/api-plans.ts'
import { costOptions } from './cost/options.ts'
import type { Candidate } from './domain/decision.ts'
import type { PlanReport } from './domain/report.ts'
import type { Spec } from './domain/spec.ts'
import { type Note, note } from './notes.ts'
import { money } from './plan/explain-words.ts'
import type { ResolvedSpec } from './plan/resolve.ts'
import { type Judged, judge } from './plan/select.ts'
import type { Policy } from './plan/variations.ts'
import { yardstick } from './quality/retention.ts'
import { noAdvice, retentionReport } from './report/advice-report.ts'
import { costReport, noteReports, type Standing } from './report/plan-report.ts'
import type { EstimateRequest } from './request.ts'

/** A fine-tuning service in the ranking: a price per token, no card of ours. */
export interface ServicePlan {
  readonly candidate: Candidate
  report(standing: Standing): PlanReport
}

/** Every service that takes the model, as further rows of the same ranking. */
function servicePlans(request: EstimateRequest, resolved: ResolvedSpec): ServicePlan[] {
  const { spec, architecture, workloads, methods, algorithm, modelId } = resolved
  const [workload] = workloads
  // A service takes models that it knows by name, not a config of one's own.
  if (workload === undefined || modelId === null) return []
  const plans = apiPlans({
    apis: request.library.apis(),
    model: {
      id: modelId,
      totalParameters: parameterCounts(architecture).total,
      isMixtureOfExperts: architecture.layers.some((layer) => layer.feedForward.kind === 'moe'),
    },
    workload,
    algorithm,
    methods: methods.map(({ id }) => id),
    evaluation: evaluationOf(spec.evaluation, workload.examples, workload.globalBatchSize, workload.epochs),
    options: costOptions(spec),
    includeUnverified: request.prices.includeUnverified,
    maxAgeDays: request.prices.maxAgeDays,
    asOf: request.asOf,
  })
  return plans.map((plan) => {
    const candidate = candidateOf(plan)
    const { retention } = candidate
    return {
      candidate,
      report: (standing) => reportOf(plan, retention, workload.sequenceLength, standing, spec),
    }
  })
}

function evaluationOf(
  evaluation: ResolvedSpec['spec']['evaluation'],
  examples: number,
  globalBatchSize: number,
  epochs: number,
): { examples: number; runs: number } | null {
  if (evaluation?.examples === undefined) return null
  const steps = Math.ceil((examples * epochs) / globalBatchSize)
  const runs =
    evaluation.every_steps === undefined ? 1 : Math.max(1, Math.floor(steps / evaluation.every_steps))
  return { examples: evaluation.examples, runs }
}

function candidateOf(plan: ApiPlan): Candidate {
  return {
    id: plan.id,
    label: plan.method ?? 'fine-tuning',
    place: `${plan.providerName} (${plan.modelClass})`,
    method: plan.method ?? 'api',
    trains: plan.method === 'full' ? 'all' : 'adapters',
    quantizedBase: false,
    rank: null,
    trainsVocabulary: plan.method === 'full',
    capacityRatio: null,
    usd: plan.cost.usd,
    seconds: null,
    retention: plan.method === 'full' ? yardstick : null,
    memory: null,
    gpu: null,
    gpuCount: null,
    provider: plan.provider,
    usdPerGpuHour: null,
  }
}

/** A service says nothing about cards, steps and kernels: those keys are null or empty. */
function reportOf(
  plan: ApiPlan,
  retention: Candidate['retention'],
  sequenceLength: number,
  standing: Standing,
  spec: Spec,
): PlanReport {
  return {
    ...standing,
    id: plan.id,
    kind: 'api',
    method: plan.method ?? 'api',
    lora: null,
    trainableParameters: null,
    quantization: null,
    stack: plan.provider,
    gpu: null,
    gpuCount: null,
    nodes: null,
    provider: plan.provider,
    commitment: null,
    owned: false,
    sharding: 'none',
    parallelism: null,
    precision: 'unknown',
    optimizer: 'unknown',
    microBatchSize: null,
    gradientAccumulation: null,
    sequenceLength,
    gradientCheckpointing: 'unknown',
    attention: 'unknown',
    loss: 'unknown',
    kernels: 'unknown',
    compile: false,
    offload: [],
    memory: null,
    time: null,
    cost: costReport(plan.cost),
    retention: retentionReport(retention, scoreOf(spec, retention)),
    ...noAdvice,
    notes: noteReports(plan.cost.notes),
  }
}

/**
 * Services that rank beside the GPU plans. A spec that pins every knob asks about one plan and gets no other; one whose own hardware cannot
 * do it is not made feasible by somebody else's: the service is named in a note instead.
 */
export function servicesBeside(
  own: readonly Candidate[],
  searched: number,
  request: EstimateRequest,
  resolved: ResolvedSpec,
  { limits, namesHardware }: Policy,
): { readonly services: readonly ServicePlan[]; readonly notes: readonly Note[] } {
  if (searched === 1 && own.length === 1) return { services: [], notes: [] }
  const services = servicePlans(request, resolved)
  const possible = judge(own, limits).some(isFeasible)
  if (possible || namesHardware !== true) return { services, notes: [] }
  const others = services.map(({ candidate }) => candidate).filter(({ usd }) => usd !== null)
  const notes = judge(others, limits)
    .filter(isFeasible)
    .map(({ candidate: { usd, place } }) =>
      note('service-alternative', { place, cost: money(usd?.mid ?? 0) }),
    )
  return { services: [], notes }
}

const isFeasible = ({ broken }: Judged): boolean => broken.length === 0
