import type { PlanReport, Report } from '../../core/domain/report.ts'
import { UserError } from '../../core/errors.ts'
import { estimate } from '../../core/estimate.ts'
import type { EstimateRequest } from '../../core/request.ts'
import type { Solvable } from '../solvable.ts'

/** A plan beside the answer, with what it stands for. */
export interface OtherPlan {
  readonly value: string
  readonly plan: PlanReport
}

/** The answer with its proof: the plan that passes, and what stops the next step. */
export interface Solution {
  readonly what: Solvable
  /** Null when nothing passes. */
  readonly answer: string | number | null
  readonly plan: PlanReport | null
  /** The next step, which does not pass; null when the end of the range passes. */
  readonly above: {
    readonly value: string | number
    readonly verdict: string
    readonly plan: PlanReport | null
  } | null
  /** Further answers, such as dearer GPUs. */
  readonly others: readonly OtherPlan[]
  /** Numbers behind the answer, unit last; null where one is unknown. */
  readonly figures: Readonly<Record<string, number | null>>
  /** How people read the answer and the next step, where the values say little by themselves. */
  readonly words?: { readonly title: string; readonly answer: string; readonly above: string }
  /** What a person should know beside the table. */
  readonly remarks: readonly string[]
  readonly evaluations: number
}

export const passes = (report: Report): boolean => report.verdict === 'ok'
export const bestOf = (report: Report): PlanReport | null => report.plans[0] ?? null

/** The request with limits that bind: an inverse question asks how far they reach. */
export function withHardBudget(request: EstimateRequest): EstimateRequest {
  const { budget } = request.spec
  return budget === undefined
    ? request
    : { ...request, spec: { ...request.spec, budget: { ...budget, level: 'error' } } }
}

/** Every plan that meets the constraints when some keys of the budget are left out. */
export function plansWithout(
  request: EstimateRequest,
  keys: readonly ('usd' | 'hours')[],
): readonly PlanReport[] {
  const budget = { ...request.spec.budget }
  for (const key of keys) delete budget[key]
  const report = estimate({ ...request, top: null, all: false, spec: { ...request.spec, budget } })
  return report.plans.filter(({ feasible }) => feasible)
}

/** A key of the spec that the question cannot do without. */
export const missingKey = (what: Solvable, key: string, hint: string): UserError =>
  new UserError('invalid-spec', `${key} is not in the spec: solve ${what} needs it`, hint)

/** What budget questions know of a plan. */
export const pricedPlan = (plan: PlanReport) => ({
  id: plan.id,
  method: plan.method,
  usd: plan.cost.usd,
  seconds: plan.time?.totalSeconds ?? null,
  plan,
})
