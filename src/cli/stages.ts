import type { PlanReport } from '../core/domain/report.ts'
import type { Spec } from '../core/domain/spec.ts'
import type { StagedPlan } from '../core/domain/stages.ts'
import { UserError } from '../core/errors.ts'
import { estimate } from '../core/estimate.ts'
import { gatedPlan, UNKNOWN_PASS_PROBABILITY } from '../core/plan/stages.ts'
import { gateProbability } from '../core/quality/gate.ts'
import type { EstimateRequest } from '../core/request.ts'

type StageSpec = NonNullable<Spec['stages']>[number]

/** A stage with the plan that it would run and why its gate is passed as often as it is. */
export interface PlannedStage {
  readonly stage: StageSpec
  /** Best plan of the stage's method on its share of the data; null when none meets the constraints. */
  readonly plan: PlanReport
  readonly feasible: boolean
  readonly passProbability: number
  readonly basis: string
}

export interface StagesResult {
  readonly stages: readonly PlannedStage[]
  readonly plan: StagedPlan
  /** What is taken where the spec is silent. */
  readonly assumed: readonly string[]
}

/** Items of a gate's evaluation where the spec is silent. */
const EVAL_ITEMS = 500

/** QLoRA on a tenth, LoRA on half, full fine-tuning on all of the data, with the gates of `progressive_fine_tuning`. */
const usualStages = (examples: number): StageSpec[] => [
  { method: 'qlora', examples: Math.max(1, Math.round(examples / 10)), gate: { target: 0.9 } },
  { method: 'lora', examples: Math.max(1, Math.round(examples / 2)), gate: { target: 0.95 } },
  { method: 'full', examples },
]

/** The progressive plan of a spec: each stage estimated by itself, then put together by what its gates do. */
export function plannedStages(request: EstimateRequest): StagesResult {
  const { spec, library } = request
  const examples = spec.dataset?.examples ?? library.defaults().examples
  const stages = spec.stages ?? usualStages(examples)
  const planned = stages.map((stage) => plannedStage(stage, request))
  const plan = gatedPlan(
    planned.map(({ stage, plan: { cost, time }, passProbability }, index) => ({
      name: `${index + 1}. ${stage.method} on ${stage.examples} examples`,
      usd: cost.usd?.mid ?? null,
      seconds: time?.totalSeconds.mid ?? null,
      passProbability,
      target: stage.gate?.target ?? null,
    })),
  )
  const assumed =
    spec.stages === undefined
      ? [
          'the spec has no stages: QLoRA on 10 %, LoRA on 50 % and full fine-tuning on all of the data are assumed, gates 0.90 and 0.95',
        ]
      : []
  return { stages: planned, plan, assumed }
}

function plannedStage(stage: StageSpec, request: EstimateRequest): PlannedStage {
  const { spec } = request
  const report = estimate({
    ...request,
    top: 1,
    spec: {
      ...spec,
      dataset: { ...spec.dataset, examples: stage.examples },
      training: { ...spec.training, method: stage.method },
    },
  })
  const [plan] = report.plans
  if (plan === undefined) throw new UserError('invalid-spec', `stages: ${stage.method} has no plan`)
  return { stage, plan, feasible: plan.feasible, ...passProbability(stage, plan) }
}

/** How often the gate is passed: as stated, else from the expected retention, else unknown. */
function passProbability(
  { gate }: StageSpec,
  { retention }: PlanReport,
): Pick<PlannedStage, 'passProbability' | 'basis'> {
  if (gate?.pass_probability !== undefined) return { passProbability: gate.pass_probability, basis: 'stated' }
  if (gate === undefined) return { passProbability: 1, basis: 'no gate' }
  if (retention === null) return { passProbability: UNKNOWN_PASS_PROBABILITY, basis: 'unknown retention' }
  const evalItems = gate.eval_items ?? EVAL_ITEMS
  const probability = gateProbability({ retention, fullScore: 1, target: gate.target, evalItems })
  return { passProbability: probability, basis: `retention ${retention.grade}, ${evalItems} items` }
}
