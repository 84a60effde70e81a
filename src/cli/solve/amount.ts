import { affordedShare, spendingOf } from '../../core/cost/budget.ts'
import type { PlanReport, Report } from '../../core/domain/report.ts'
import type { Spec } from '../../core/domain/spec.ts'
import { estimate } from '../../core/estimate.ts'
import { type Largest, largestThatFits, type SearchRange } from '../../core/plan/solve.ts'
import type { EstimateRequest } from '../../core/request.ts'
import { SECONDS_PER_HOUR } from '../../core/units.ts'
import type { OtherPlan } from '../../render/solution.ts'
import { narrowedTo, withMethod } from './narrow.ts'
import { bestOf, missingKey, passes, plansWithout, type Solution, withHardBudget } from './solution.ts'

export type Amount = 'examples' | 'epochs'

const ranges: Record<Amount, SearchRange> = {
  examples: { name: 'examples', low: 1, high: 1_000_000_000, step: 1 },
  epochs: { name: 'epochs', low: 0.1, high: 1000, step: 0.1 },
}

/** A plan and how much data its own bill says that the budget buys, but for rounding to whole steps. */
interface Guess {
  readonly plan: PlanReport
  readonly most: number
}

/** How much data a budget buys: the most examples or epochs with which some plan meets every constraint, and the most by method. */
export function solveAmount(what: Amount, anyRequest: EstimateRequest): Solution {
  const request = withHardBudget(anyRequest)
  const { usd, hours } = request.spec.budget ?? {}
  if (usd === undefined && hours === undefined) {
    const hint = 'state what you have, as in --max-usd 100 or --max-hours 24'
    throw missingKey(what, 'budget.usd or budget.hours', hint)
  }
  const guesses = guessesOf(what, request)
  const found = mostOf(what, request, [...guesses.values()].toSorted((a, b) => b.most - a.most)[0])
  const { largest, above } = found
  const plan = largest === null ? null : bestOf(largest.found)
  const others = [...guesses]
    .filter(([method]) => method !== plan?.method)
    .map(([method, guess]) => ({ method, ...mostOf(what, withMethod(request, method), guess) }))
  return {
    what,
    answer: largest?.value ?? null,
    plan,
    above:
      above === null ? null : { value: above.value, verdict: above.found.verdict, plan: bestOf(above.found) },
    others: others.flatMap(({ method, largest: most }) => otherPlan(method, most)),
    figures: { budgetUsd: usd ?? null, budgetHours: hours ?? null },
    remarks:
      above === null && largest !== null
        ? [
            `no limit up to ${ranges[what].high}: the plan costs nothing, or its costs are not stated (ownership)`,
          ]
        : [],
    evaluations: [found, ...others].reduce((sum, { evaluations }) => sum + evaluations, 1),
  }
}

/**
 * The most that some plan of the request can take. It is searched among the plans that are most likely first, which is quick; the answer
 * and the value above it are then put to all of them.
 */
function mostOf(what: Amount, request: EstimateRequest, guess: Guess | undefined): Largest<Report> {
  const search = (one: EstimateRequest, from: number): Largest<Report> =>
    largestThatFits(
      (value) => estimate({ ...one, spec: withAmount(what, one.spec, value) }),
      passes,
      ranges[what],
      from,
    )
  if (guess === undefined) return search(request, ranges[what].low)
  const likely = search(narrowedTo(guess.plan, request), guess.most)
  const proven = search(request, likely.largest?.value ?? guess.most)
  return { ...proven, evaluations: proven.evaluations + likely.evaluations }
}

/** Of each method the plan that could train the most, from the bills of one estimate without the budget. */
function guessesOf(what: Amount, request: EstimateRequest): Map<string, Guess> {
  const { usd, hours } = request.spec.budget ?? {}
  const limits = { usd: usd ?? null, seconds: hours === undefined ? null : hours * SECONDS_PER_HOUR }
  const now = amountOf(what, request)
  const guesses = new Map<string, Guess>()
  for (const plan of plansWithout(request, ['usd', 'hours'])) {
    const { method, cost, time } = plan
    if (method === 'api' || (usd !== undefined && cost.usd === null)) continue
    const spending = spendingOf(cost.terms.map((term) => ({ key: term.key, amount: term.usd })))
    const share = affordedShare(limits, spending, secondsOf(time))
    const most = Math.min(now * share, ranges[what].high)
    if (most > (guesses.get(method)?.most ?? -1)) guesses.set(method, { plan, most })
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

/** A service that takes the data may win under another method than its own: it is no answer for this one. */
function otherPlan(method: string, most: Largest<Report>['largest']): OtherPlan[] {
  const plan = most === null ? null : bestOf(most.found)
  return most === null || plan === null || plan.method !== method ? [] : [{ value: String(most.value), plan }]
}
