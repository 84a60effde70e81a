import type { PlanReport, Report } from '../../core/domain/report.ts'
import { UserError } from '../../core/errors.ts'
import { estimate } from '../../core/estimate.ts'
import type { EstimateRequest } from '../../core/request.ts'
import type { SolutionView } from '../../render/solution.ts'
import type { Solvable } from '../solvable.ts'

/** The answer with its proof, and the numbers behind it. */
export interface Solution extends SolutionView {
  readonly what: Solvable
  /** Unit last; null where a number is unknown. */
  readonly figures: Readonly<Record<string, number | null>>
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
