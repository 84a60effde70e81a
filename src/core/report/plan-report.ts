import type { CostEstimate, MemoryEstimate, Retention, TimeEstimate } from '../domain/estimates.ts'
import type { Parallelism, Plan } from '../domain/plan.ts'
import type { PlanReport } from '../domain/report.ts'
import { type Note, type NoteCode, noteSentence } from '../notes.ts'
import type { Term } from '../term.ts'
import { adviceReport, bytesTerm, type PlanAdvice, retentionReport } from './advice-report.ts'
import { planId } from './plan-id.ts'

/** A plan with everything that was estimated for it. */
export interface EstimatedPlan {
  readonly plan: Plan
  readonly memory: MemoryEstimate
  readonly time: TimeEstimate
  readonly cost: CostEstimate
  readonly retention: Retention | null
  readonly trainableParameters: number
}

/** The place of a plan in the ranking and what was checked. */
export interface Standing {
  readonly rank: number
  readonly feasible: boolean
  readonly pareto: boolean
  readonly verdict: string
  readonly constraints: PlanReport['constraints']
}

/** Notes as the report shows them: code, severity, arguments and the sentence. */
export const noteReports = (notes: readonly Note[]): PlanReport['notes'] => {
  const seen = new Map<string, PlanReport['notes'][number]>()
  for (const one of notes) {
    const text = noteSentence(one)
    seen.set(`${one.code}/${text}`, { code: one.code, severity: one.severity, args: { ...one.args }, text })
  }
  return [...seen.values()]
}

/** What moves a figure of the ranking, or is a remark on what the spec states: worth a word before a plan is looked at in full. */
const raisedCodes: ReadonlySet<string> = new Set<NoteCode>([
  'price-unknown',
  'region-unlisted',
  'own-calibration-memory',
  'own-calibration-time',
  'learning-rate-unusual',
  'targets-without-mlp',
  'batch-large-for-adapters',
  'rank-small',
  'epochs-many',
  'warmup-too-long',
  'base-score-alone',
])

/** Notes of plans that the whole report shows, each once. */
export function raisedNotes(plans: readonly PlanReport[]): PlanReport['notes'] {
  const remarks = plans.flatMap(({ notes }) => notes.filter(({ code }) => raisedCodes.has(code)))
  return [...new Map(remarks.map((one) => [one.text, one])).values()]
}

const secondsTerm = ({ key, amount, formula, source }: Term) => ({ key, seconds: amount, formula, source })
const usdTerm = ({ key, amount, formula, source }: Term) => ({ key, usd: amount, formula, source })

/** Name of a sharding: as in the spec, or the degrees above 1. */
export function shardingName({ name, tp, pp, cp, ep, dp, shard }: Parallelism): string {
  if (name !== 'custom') return name
  const degrees = Object.entries({ tp, pp, cp, ep, dp }).filter(([, degree]) => degree > 1)
  const words = degrees.map(([word, degree]) => `${word}${degree}`)
  if (shard !== 'none') words.push(shard)
  return words.length === 0 ? 'none' : words.join('-')
}

/** The estimate of one plan as plain data. */
export function planReport(estimated: EstimatedPlan, standing: Standing, advice: PlanAdvice): PlanReport {
  const { plan, memory, time, cost, retention, trainableParameters } = estimated
  const { hardware } = plan
  return {
    rank: standing.rank,
    id: planId(plan),
    kind: 'gpu',
    feasible: standing.feasible,
    pareto: standing.pareto,
    method: plan.method.id,
    lora: plan.lora === null ? null : loraReport(plan.lora, trainableParameters),
    trainableParameters,
    quantization: plan.quantization,
    stack: plan.stack.id,
    gpu: hardware.gpu.id,
    gpuCount: hardware.gpuCount,
    nodes: hardware.nodes,
    provider: hardware.provider,
    commitment: hardware.commitment,
    owned: hardware.owned,
    sharding: shardingName(plan.parallelism),
    parallelism: degreesOf(plan.parallelism),
    precision: plan.precision.name,
    optimizer: plan.optimizer.id,
    microBatchSize: plan.microBatchSize,
    gradientAccumulation: plan.gradientAccumulation,
    sequenceLength: plan.workload.sequenceLength,
    gradientCheckpointing: plan.gradientCheckpointing,
    attention: plan.attention,
    loss: plan.loss,
    kernels: plan.kernels,
    compile: plan.compile,
    offload: [...plan.offload],
    memory: memoryReport(memory),
    time: timeReport(time),
    cost: costReport(cost),
    retention: retentionReport(retention, advice.score),
    ...adviceReport(advice),
    constraints: standing.constraints,
    verdict: standing.verdict,
    notes: noteReports([...memory.notes, ...time.notes, ...cost.notes, ...advice.notes]),
  }
}

const degreesOf = ({ tp, pp, cp, ep, dp, shard }: Parallelism): PlanReport['parallelism'] => ({
  tp,
  pp,
  cp,
  ep,
  dp,
  shard,
})

const loraReport = (lora: NonNullable<Plan['lora']>, trainableParameters: number): PlanReport['lora'] => ({
  rank: lora.rank,
  alpha: lora.alpha,
  targets: [...lora.targets],
  dropout: lora.dropout,
  variant: lora.variant,
  trainableParameters,
})

function memoryReport({ notes: _, hostTerms, phases, ...memory }: MemoryEstimate): PlanReport['memory'] {
  return {
    ...memory,
    hostTerms: hostTerms.map(bytesTerm),
    phases: phases.map(({ phase, bytes, terms }) => ({ phase, bytes, terms: terms.map(bytesTerm) })),
  }
}

function timeReport({ notes: _, terms, runTerms, ...time }: TimeEstimate): PlanReport['time'] {
  return { ...time, terms: terms.map(secondsTerm), runTerms: runTerms.map(secondsTerm) }
}

export function costReport({ notes: _, terms, ...cost }: CostEstimate): PlanReport['cost'] {
  return { ...cost, terms: terms.map(usdTerm) }
}
