import { affordedShare, spendingOf } from '../../core/cost/budget.ts'
import type { PlanReport, Report } from '../../core/domain/report.ts'
import type { Spec } from '../../core/domain/spec.ts'
import { estimate } from '../../core/estimate.ts'
import { type Largest, largestThatFits, type SearchRange } from '../../core/plan/solve.ts'
import type { EstimateRequest } from '../../core/request.ts'
import { SECONDS_PER_HOUR } from '../../core/units.ts'
import {
  bestOf,
  missingKey,
  type OtherPlan,
  passes,
  plansWithout,
  type Solution,
  withHardBudget,
} from './solution.ts'

export type Amount = 'examples' | 'epochs'

const ranges: Record<Amount, SearchRange> = {
  examples: { name: 'examples', low: 1, high: 1_000_000_000, step: 1 },
  epochs: { name: 'epochs', low: 0.1, high: 1000, step: 0.1 },
}

/** How much data a budget buys: the most examples or epochs with which some plan meets every constraint, and the most by method. */
export function solveAmount(what: Amount, anyRequest: EstimateRequest): Solution {
  const request = withHardBudget({ ...anyRequest, top: 1, all: false })
  const { usd, hours } = request.spec.budget ?? {}
  if (usd === undefined && hours === undefined) {
    throw missingKey(
      what,
      'budget.usd or budget.hours',
      `state what you have, as in --max-usd 100 or --max-hours 24`,
    )
  }
  const guesses = guessesOf(what, request)
  const search = (one: EstimateRequest, guess: number): Largest<Report> =>
    largestThatFits(
      (value) => estimate({ ...one, spec: withAmount(what, one.spec, value) }),
      passes,
      ranges[what],
      guess,
    )
  const { largest, above, evaluations } = search(request, Math.max(1, ...guesses.values()))
  const plan = largest === null ? null : bestOf(largest.found)
  const others = [...guesses]
    .filter(([method]) => method !== plan?.method)
    .flatMap(([method, guess]) => mostOfMethod(search(withMethod(request, method), guess), method))
  return {
    what,
    answer: largest?.value ?? null,
    plan,
    above:
      above === null ? null : { value: above.value, verdict: above.found.verdict, plan: bestOf(above.found) },
    others,
    figures: { budgetUsd: usd ?? null, budgetHours: hours ?? null },
    remarks:
      above === null && largest !== null
        ? [
            `no limit up to ${ranges[what].high}: the plan costs nothing, or its costs are not stated (ownership)`,
          ]
        : [],
    evaluations,
  }
}

/** The most that each method of the spec could train, from the bills of one estimate without the budget: exact but for rounding to steps. */
function guessesOf(what: Amount, request: EstimateRequest): Map<string, number> {
  const { usd, hours } = request.spec.budget ?? {}
  const limits = { usd: usd ?? null, seconds: hours === undefined ? null : hours * SECONDS_PER_HOUR }
  const now = amountOf(what, request)
  const guesses = new Map<string, number>()
  for (const plan of plansWithout(request, ['usd', 'hours'])) {
    const { method, cost, time } = plan
    if (method === 'api' || (usd !== undefined && cost.usd === null)) continue
    const spending = spendingOf(cost.terms.map(({ key, usd: amount }) => ({ key, amount })))
    const most = now * affordedShare(limits, spending, secondsOf(time))
    guesses.set(method, Math.max(guesses.get(method) ?? 0, Math.min(most, ranges[what].high)))
  }
  return guesses
}

const secondsOf = (time: PlanReport['time']) =>
  time === null ? null : { trainSeconds: time.trainSeconds.mid, totalSeconds: time.totalSeconds.mid }

function amountOf(what: Amount, { spec, library }: EstimateRequest): number {
  const { examples, epochs } = library.defaults()
  return spec.dataset?.[what] ?? { examples, epochs }[what]
}

const withAmount = (what: Amount, spec: Spec, value: number): Spec => ({
  ...spec,
  dataset: { ...spec.dataset, [what]: value },
})

const withMethod = (request: EstimateRequest, method: string): EstimateRequest => ({
  ...request,
  spec: {
    ...request.spec,
    training: {
      ...request.spec.training,
      method: method as NonNullable<NonNullable<Spec['training']>['method']>,
    },
  },
})

function mostOfMethod({ largest }: Largest<Report>, method: string): OtherPlan[] {
  const plan = largest === null ? null : bestOf(largest.found)
  // A service that takes the data may win under another method than its own.
  return largest === null || plan === null || plan.method !== method
    ? []
    : [{ value: String(largest.value), plan }]
}
