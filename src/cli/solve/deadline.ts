import { cheapestPlan, fasterSteps } from '../../core/cost/budget.ts'
import type { EstimateRequest } from '../../core/request.ts'
import { SECONDS_PER_HOUR } from '../../core/units.ts'
import { missingKey, plansWithout, pricedPlan, type Solution, withHardBudget } from './solution.ts'

/** The cheapest plan within `budget.hours`, the next cheaper one that is too slow, and what each faster one costs beside the one before. */
export function solveDeadline(anyRequest: EstimateRequest): Solution {
  const request = withHardBudget(anyRequest)
  const hours = request.spec.budget?.hours
  if (hours === undefined)
    throw missingKey('deadline', 'budget.hours', 'state the deadline, as in --max-hours 24')
  const plans = plansWithout(request, ['hours']).map(pricedPlan)
  const steps = fasterSteps(plans)
  const first = steps.findIndex(({ plan }) => (plan.seconds?.mid ?? Infinity) <= hours * SECONDS_PER_HOUR)
  const within = first < 0 ? [] : steps.slice(first)
  const slower = first < 0 ? steps.at(-1) : steps[first - 1]
  const [answer, ...faster] = within
  const cheapest = cheapestPlan(plans.filter(({ seconds }) => seconds !== null))
  const extra = (answer?.plan.usd?.mid ?? 0) - (cheapest?.usd?.mid ?? 0)
  return {
    what: 'deadline',
    answer: answer?.plan.id ?? null,
    plan: answer?.plan.plan ?? null,
    above:
      slower === undefined ? null : { value: slower.plan.id, verdict: 'too-slow', plan: slower.plan.plan },
    others: faster.map(({ plan, extraUsd, savedSeconds }) => ({
      value: stepWords(extraUsd, savedSeconds),
      plan: plan.plan,
    })),
    figures: {
      deadlineHours: hours,
      usd: answer?.plan.usd?.mid ?? null,
      hours: answer === undefined ? null : (answer.plan.seconds?.mid ?? 0) / SECONDS_PER_HOUR,
      extraUsd: answer === undefined ? null : extra,
    },
    remarks: [],
    evaluations: plans.length,
  }
}

/** As in `+$3.20 for 1.5 h less`. */
const stepWords = (extraUsd: number, savedSeconds: number): string =>
  `+$${extraUsd.toFixed(2)} for ${(savedSeconds / SECONDS_PER_HOUR).toPrecision(3)} h less`
