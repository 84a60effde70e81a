import type { Candidate, Decision, Relaxation } from '../domain/decision.ts'
import { becauseOf, CLOSE_CALL, measureNext } from './explain.ts'
import { counted, named } from './explain-words.ts'
import { flipsOf } from './flips.ts'
import { rank } from './rank.ts'
import { type MemoryRelaxation, nearestMisses, smallestRelaxations } from './relax.ts'
import { checkLimits, isNearMiss, type Judged, judge } from './select.ts'
import { chooseFrom, type Policy, poolOf, rankOptions, robustnessOf, spanOf } from './variations.ts'

/**
 * Chooses among candidates: drops what breaks a hard constraint, ranks the rest by the objective, and tells why, how surely, and what would
 * change the choice. When nothing is feasible the nearest misses and their smallest relaxations come instead of a winner.
 */
export function decide(
  candidates: readonly Candidate[],
  policy: Policy,
  memoryRelaxation?: MemoryRelaxation,
): Decision {
  checkLimits(policy.limits)
  const judged = judge(candidates, policy.limits)
  const feasible = judged.filter(({ broken }) => broken.length === 0).map(({ candidate }) => candidate)
  const misses = nearestMisses(judged)
  const ranked = rank(feasible, policy.objective, { ...rankOptions(policy), scale: spanOf(feasible) })
  const order = [...ranked, ...misses.map(({ candidate }) => candidate)]
  const [winner, runnerUp = null] = ranked
  if (winner === undefined)
    return nothingFeasible(order, judged, smallestRelaxations(misses, memoryRelaxation))
  const steady = judged
    .filter(({ broken }) => broken.every(({ name }) => varies(name)))
    .map(({ candidate }) => candidate)
  const robustness = robustnessOf(poolOf(steady), winner, policy)
  const constraints = judged.find(({ candidate }) => candidate === winner)?.constraints ?? []
  const next = measureNext(winner, runnerUp, robustness)
  const because = becauseOf(feasible, winner, runnerUp, constraints, policy)
  return {
    order,
    winner,
    runnerUp,
    because: next === null ? because : [...because, next],
    binding: bindingOf(judged, winner, policy),
    robustness,
    closeCall: robustness < CLOSE_CALL,
    flips: flipsOf(judged, winner, policy),
    relaxations: [],
  }
}

/** Limits on figures that the variations move. */
const varies = (name: string): boolean => name.startsWith('budget.') || name === 'quality.min_retention'

/** The constraint without which another plan would win; of several the one whose plan would be preferred. */
function bindingOf(judged: readonly Judged[], winner: Candidate, policy: Policy): string | null {
  const names = new Set(judged.flatMap(({ broken }) => broken.map(({ name }) => name)))
  const without = [...names].sort().flatMap((name) => {
    const allowed = judged.filter(({ broken }) =>
      broken.every((constraint) => constraint.name === name && isNearMiss(constraint)),
    )
    const next = chooseFrom(poolOf(allowed.map(({ candidate }) => candidate)), withoutLimit(policy, name))
    return next === null || next.id === winner.id ? [] : [{ name, next }]
  })
  const { limits } = policy
  const unlimited = { ...policy, limits: { ...limits, usd: null, hours: null, minRetention: null } }
  const preferred = chooseFrom(poolOf(without.map(({ next }) => next)), unlimited)
  const binding = without.find(({ next }) => next === preferred)
  return binding === undefined ? null : `${binding.name}: without it ${named(binding.next)} would win`
}

function withoutLimit(policy: Policy, name: string): Policy {
  const { limits } = policy
  switch (name) {
    case 'budget.usd':
      return { ...policy, limits: { ...limits, usd: null } }
    case 'budget.hours':
      return { ...policy, limits: { ...limits, hours: null } }
    case 'quality.min_retention':
      return { ...policy, limits: { ...limits, minRetention: null } }
    default:
      return policy
  }
}

function nothingFeasible(
  order: readonly Candidate[],
  judged: readonly Judged[],
  relaxations: readonly Relaxation[],
): Decision {
  const counts = new Map<string, number>()
  for (const { broken } of judged) {
    for (const { name } of broken) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const [most] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  const plans = counted(judged.length, 'plan')
  return {
    order,
    winner: null,
    runnerUp: null,
    because: [
      judged.length === 0
        ? 'the spec allows no plan'
        : judged.length === 1
          ? 'the one plan does not meet the constraints'
          : `none of ${plans} meets the constraints`,
    ],
    binding: most === undefined ? null : `${most[0]}: broken by ${most[1]} of ${plans}`,
    robustness: null,
    closeCall: false,
    flips: [],
    relaxations,
  }
}
