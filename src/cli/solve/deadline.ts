import { type FasterStep, fasterSteps } from '../../core/cost/budget.ts'
import type { EstimateRequest } from '../../core/request.ts'
import { SECONDS_PER_HOUR } from '../../core/units.ts'
import { formatSeconds, formatUsd } from '../../render/format.ts'
import { missingKey, plansWithout, pricedPlan, type Solution, withHardBudget } from './solution.ts'

type Step = FasterStep<ReturnType<typeof pricedPlan>>

const usdOf = ({ plan }: Step): number => plan.usd?.mid ?? 0
const secondsOf = ({ plan }: Step): number => plan.seconds?.mid ?? Number.POSITIVE_INFINITY

/** The cheapest plan within `budget.hours`, the next cheaper one that is too slow, and what each faster one costs beside the one before. */
export function solveDeadline(anyRequest: EstimateRequest): Solution {
  const request = withHardBudget(anyRequest)
  const hours = request.spec.budget?.hours
  if (hours === undefined)
    throw missingKey('deadline', 'budget.hours', 'state the deadline, as in --max-hours 24')
  const plans = plansWithout(request, ['hours']).map(pricedPlan)
  const steps = fasterSteps(plans)
  const slow = steps.filter((step) => secondsOf(step) > hours * SECONDS_PER_HOUR)
  const [answer, ...faster] = steps.slice(slow.length)
  const slower = slow.at(-1)
  return {
    what: 'deadline',
    answer: answer?.plan.id ?? null,
    plan: answer?.plan.plan ?? null,
    above:
      slower === undefined ? null : { value: slower.plan.id, verdict: 'too-slow', plan: slower.plan.plan },
    others: faster.map(({ plan, extraUsd, savedSeconds }) => ({
      value: `+${formatUsd(extraUsd)} for ${formatSeconds(savedSeconds)} less`,
      plan: plan.plan,
    })),
    ...inWords(answer, slow[0], hours),
    evaluations: plans.length,
  }
}

/** The figures and sentences of an answer; `cheapest` is the cheapest plan of all where it is too slow. */
function inWords(
  answer: Step | undefined,
  cheapest: Step | undefined,
  hours: number,
): Pick<Solution, 'figures' | 'words' | 'remarks'> {
  const found = answer ?? null
  const extraUsd = found === null ? null : usdOf(found) - usdOf(cheapest ?? found)
  return {
    figures: {
      deadlineHours: hours,
      usd: found && usdOf(found),
      hours: found && secondsOf(found) / SECONDS_PER_HOUR,
      extraUsd,
    },
    words: {
      title:
        found === null
          ? `deadline: no plan is done within ${hours} h`
          : `deadline: ${formatUsd(usdOf(found))} within ${hours} h`,
      answer: 'cheapest in time',
      above: found === null ? 'fastest' : 'cheaper',
    },
    remarks:
      extraUsd === null || extraUsd === 0
        ? []
        : [`the deadline costs ${formatUsd(extraUsd)} beside the cheapest plan of all`],
  }
}
