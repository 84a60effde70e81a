import { parameterCounts } from './architecture/index.ts'
import { costEstimate } from './cost/cost-estimate.ts'
import { costOptions } from './cost/options.ts'
import type { Market } from './domain/bill.ts'
import type { Candidate } from './domain/decision.ts'
import type { Detail, TimeEstimate } from './domain/estimates.ts'
import type { Plan } from './domain/plan.ts'
import type { RetentionRules, Task } from './domain/task.ts'
import type { Engines } from './engines.ts'
import { artifactsOf, type PlanArtifacts, servedAdapters } from './plan/artifacts.ts'
import { hardwareOf, timedBy } from './plan/placements.ts'
import type { ResolvedSpec } from './plan/resolve.ts'
import type { Survivor } from './plan/search.ts'
import { type CapacityInput, capacity } from './quality/capacity.ts'
import type { MeasuredScore } from './quality/measured-score.ts'
import { retention } from './quality/retention.ts'
import { paymentName, planId } from './report/plan-id.ts'
import type { EstimatedPlan } from './report/plan-report.ts'
import { adapterParameters, trainableCount } from './trained-parameters.ts'

/** What candidates of one request share. */
export interface CandidateContext<M, T> {
  readonly resolved: ResolvedSpec
  readonly engines: Engines<M, T>
  readonly market: Market
  readonly task: Task
  readonly rules: RetentionRules
  readonly measuredScores: readonly MeasuredScore[]
  readonly asOf: string
}

/** A plan in the ranking and what it was made from, so that its terms can be written out later. */
export interface RankedPlan<M, T> {
  readonly candidate: Candidate
  readonly estimated: EstimatedPlan
  readonly survivor: Survivor<M, T>
}

/** One candidate for each way to pay for a surviving plan. */
export function candidatesOf<M, T>(
  survivor: Survivor<M, T>,
  context: CandidateContext<M, T>,
): RankedPlan<M, T>[] {
  const { placement, plan: pinned, preparedTime } = survivor
  const unpaid = unpaidOf(pinned, survivor, context, 'totals')
  const times = new Map<unknown, TimeEstimate>()
  return placement.payments.map((payment) => {
    const plan = { ...pinned, hardware: hardwareOf(placement, payment) }
    const way = timedBy(payment)
    const time = times.get(way) ?? context.engines.time(preparedTime, plan, 'totals')
    times.set(way, time)
    const estimated = paid(plan, unpaid, time, context, 'totals')
    return { candidate: candidateOf(estimated, context), estimated, survivor }
  })
}

/** Plans of one method and quality on the same cards, paid in the same way. */
function siblingKey({ method, lora, quantization, workload, stack, hardware }: Plan): string {
  const { provider, commitment, owned } = hardware
  const base = quantization === null ? '' : `${quantization.type}/${quantization.doubleQuant}`
  return `${method.id}/${lora?.rank}/${base}/${workload.sequenceLength}/${stack.id}/${provider}/${commitment}/${owned}`
}

const isNoBetter = <M, T>(one: RankedPlan<M, T>, other: RankedPlan<M, T>): boolean => {
  const [a, b] = [one.candidate, other.candidate]
  const usd = (a.usd?.mid ?? Number.POSITIVE_INFINITY) >= (b.usd?.mid ?? Number.POSITIVE_INFINITY)
  const seconds = (a.seconds?.mid ?? Number.POSITIVE_INFINITY) >= (b.seconds?.mid ?? Number.POSITIVE_INFINITY)
  return usd && seconds
}

/** Leaves out plans that a sibling beats in both cost and time: they would be ties of one choice with itself. */
export function withoutWorseSiblings<M, T>(plans: readonly RankedPlan<M, T>[]): RankedPlan<M, T>[] {
  const groups = new Map<unknown, Map<string, RankedPlan<M, T>[]>>()
  for (const ranked of plans) {
    const { survivor, estimated } = ranked
    const onCards = groups.get(survivor.placement) ?? new Map<string, RankedPlan<M, T>[]>()
    groups.set(survivor.placement, onCards)
    const key = siblingKey(estimated.plan)
    const kept = onCards.get(key) ?? []
    if (kept.some((other) => isNoBetter(ranked, other))) continue
    onCards.set(key, [...kept.filter((other) => !isNoBetter(other, ranked)), ranked])
  }
  return [...groups.values()].flatMap((onCards) => [...onCards.values()].flat())
}

/** Memory, time, cost and retention of one plan; the same code makes totals for the ranking and terms for the report. */
export function estimatePlan<M, T>(
  plan: Plan,
  survivor: Survivor<M, T>,
  context: CandidateContext<M, T>,
  detail: Detail,
): EstimatedPlan {
  const time = context.engines.time(survivor.preparedTime, plan, detail)
  return paid(plan, unpaidOf(plan, survivor, context, detail), time, context, detail)
}

/** What is the same for every way to pay for a plan. */
type Unpaid = Pick<EstimatedPlan, 'memory' | 'retention' | 'trainableParameters'> & {
  readonly artifacts: PlanArtifacts
}

function unpaidOf<M, T>(
  plan: Plan,
  survivor: Survivor<M, T>,
  context: CandidateContext<M, T>,
  detail: Detail,
): Unpaid {
  const total = parameterCounts(plan.architecture).total
  const trainableParameters = trainableCount(plan)
  return {
    memory: context.engines.memory(survivor.preparedMemory, plan, detail),
    retention: retentionOf(plan, context),
    trainableParameters,
    artifacts: artifactsOf(plan, total, trainableParameters, servedAdapters(context.resolved.spec, plan)),
  }
}

/** The estimate of a plan with what it costs. */
function paid<M, T>(
  plan: Plan,
  { artifacts, ...unpaid }: Unpaid,
  time: TimeEstimate,
  { resolved, market, asOf }: CandidateContext<M, T>,
  detail: Detail,
): EstimatedPlan {
  const { hardware } = plan
  const options = costOptions(resolved.spec)
  const cost = costEstimate({ time, hardware, options, market, artifacts, asOf }, detail)
  return { plan, ...unpaid, time, cost }
}

/** Tokens that the data hold once, or episodes where rewards are learned. */
export const uniqueAmount = ({ workload }: Plan, task: Task): number =>
  task.filledBy === 'episodes' ? workload.examples : workload.examples * workload.meanTokens

function retentionOf<M, T>(plan: Plan, context: CandidateContext<M, T>) {
  const { task, rules, resolved, measuredScores } = context
  return retention({
    task,
    rules,
    method: plan.method.id,
    adapters: plan.method.trains === 'adapters' ? plan.lora : null,
    adapterParameters: adapterParameters(plan),
    uniqueAmount: uniqueAmount(plan, task),
    quantization: plan.quantization,
    modelParameters: parameterCounts(plan.architecture).total,
    learningRate: resolved.spec.training?.learning_rate ?? null,
    measured: measuredScores,
  })
}

/** Embedding rows train: as whole modules or as adapter targets. */
const trainsVocabulary = ({ method, lora }: Plan): boolean =>
  method.trains === 'all' ||
  [...(lora?.trainModules ?? []), ...(lora?.targets ?? [])].some((name) =>
    /embed|wte|word_embeddings/.test(name),
  )

/** The adapters of a plan beside the data that they take in. */
const roomOf = (plan: Plan, task: Task): CapacityInput => ({
  task,
  adapterParameters: adapterParameters(plan),
  uniqueAmount: uniqueAmount(plan, task),
})

function candidateOf<M, T>(estimated: EstimatedPlan, { task, rules }: CandidateContext<M, T>): Candidate {
  const { plan, memory, time, cost, retention: kept } = estimated
  const { hardware, lora, method } = plan
  const rank = lora === null ? '' : ` r${lora.rank}`
  return {
    id: planId(plan),
    label: `${method.id}${rank}`,
    place: `${hardware.gpuCount} x ${hardware.gpu.name} (${paymentName(plan)})`,
    method: method.id,
    trains: method.trains,
    quantizedBase: method.quantized_base,
    rank: lora?.rank ?? null,
    trainsVocabulary: trainsVocabulary(plan),
    capacityRatio: lora === null ? null : capacity(roomOf(plan, task), rules).ratio,
    usd: cost.usd,
    seconds: time.totalSeconds,
    retention: kept,
    memory: {
      requiredBytes: memory.requiredBytes,
      capacityBytes: memory.capacityBytes,
      fitProbability: memory.fitProbability,
    },
    gpu: hardware.gpu.id,
    gpuCount: hardware.gpuCount,
    provider: hardware.provider,
    usdPerGpuHour: hardware.offer?.usdPerGpuHour ?? null,
  }
}
