import type { Candidate, Constraint, Limits, Need } from '../domain/decision.ts'
import { UserError } from '../errors.ts'
import { SECONDS_PER_HOUR } from '../units.ts'

/** What adapters and subsets can do that was measured; the rest needs all weights to train. */
const needsMet: Readonly<Record<Need, (candidate: Candidate) => boolean>> = {
  // A new attention kind or layer has no frozen weights to lean on.
  'architecture-change': ({ trains }) => trains === 'all',
  // New tokens need rows of the embedding that train.
  'new-vocabulary': ({ trains, trainsVocabulary }) => trains === 'all' || trainsVocabulary,
  // Tulu-v2, a mix of tasks: adapters 0.99-1.02; nothing is known of biases and layer subsets.
  'multi-task': ({ trains }) => trains === 'all' || trains === 'adapters',
  // Rank 1 matches full fine-tuning on rewards.
  rlhf: ({ trains }) => trains === 'all' || trains === 'adapters',
  // Only adapters can be swapped, rolled back or compared on one base.
  'swap-adapters': ({ trains }) => trains === 'adapters',
}

/**
 * Every hard limit beside the candidate's figure, in the order in which a failure is told: memory, capabilities, quality, time, money.
 * An unknown figure cannot be shown to keep its limit and fails it.
 */
export const constraintsOf = (candidate: Candidate, limits: Limits): Constraint[] => [
  ...memoryConstraint(candidate, limits),
  ...limits.needs.map((need) => needConstraint(candidate, need)),
  ...qualityConstraints(candidate, limits),
  ...budgetConstraints(candidate, limits),
]

function memoryConstraint({ memory }: Candidate, { risk }: Limits): Constraint[] {
  if (memory === null) return []
  const value = risk === 'high' ? memory.requiredBytes.high : memory.requiredBytes.mid
  return [atMost('memory', memory.capacityBytes, value, memory.requiredBytes.high, 'error')]
}

function needConstraint(candidate: Candidate, need: Need): Constraint {
  const ok = needsMet[need](candidate)
  const value = ok ? 1 : 0
  return { name: `needs.${need}`, limit: 1, value, slack: value - 1, ok, level: 'error', atRisk: false }
}

function qualityConstraints({ capacityRatio, retention }: Candidate, limits: Limits): Constraint[] {
  const { maxCapacityRatio, minRetention, retentionBasis, qualityLevel } = limits
  const constraints: Constraint[] = []
  if (maxCapacityRatio !== null && capacityRatio !== null) {
    constraints.push(atMost('quality.capacity', maxCapacityRatio, capacityRatio, capacityRatio, qualityLevel))
  }
  if (minRetention !== null) {
    const value = retention?.[retentionBasis] ?? null
    constraints.push(atLeast(minRetention, value, retention?.low ?? null, qualityLevel))
  }
  return constraints
}

function budgetConstraints({ seconds, usd }: Candidate, limits: Limits): Constraint[] {
  const { budgetLevel: level } = limits
  const constraints: Constraint[] = []
  if (limits.hours !== null) {
    const hours = (value: number | undefined): number | null =>
      value === undefined ? null : value / SECONDS_PER_HOUR
    constraints.push(atMost('budget.hours', limits.hours, hours(seconds?.mid), hours(seconds?.high), level))
  }
  if (limits.usd !== null) {
    constraints.push(atMost('budget.usd', limits.usd, usd?.mid ?? null, usd?.high ?? null, level))
  }
  return constraints
}

function atMost(
  name: string,
  limit: number,
  value: number | null,
  worst: number | null,
  level: Constraint['level'],
): Constraint {
  const ok = value !== null && value <= limit
  return {
    name,
    limit,
    value,
    slack: value === null ? null : limit - value,
    ok,
    level,
    atRisk: ok && (worst === null || worst > limit),
  }
}

function atLeast(
  limit: number,
  value: number | null,
  worst: number | null,
  level: Constraint['level'],
): Constraint {
  const ok = value !== null && value >= limit
  const slack = value === null ? null : value - limit
  return {
    name: 'quality.min_retention',
    limit,
    value,
    slack,
    ok,
    level,
    atRisk: ok && (worst === null || worst < limit),
  }
}

const breaks = ({ ok, level }: Constraint): boolean => !ok && level === 'error'

/** Constraints of level `error` that are broken. */
export const brokenOf = (constraints: readonly Constraint[]): readonly Constraint[] =>
  constraints.filter(breaks)

/** A candidate beside its limits. */
export interface Judged {
  readonly candidate: Candidate
  readonly constraints: readonly Constraint[]
  /** Those of level `error` that do not hold; none in a feasible candidate. */
  readonly broken: readonly Constraint[]
}

const NONE: readonly Constraint[] = []

export const judge = (candidates: readonly Candidate[], limits: Limits): Judged[] =>
  candidates.map((candidate) => {
    const constraints = constraintsOf(candidate, limits)
    return { candidate, constraints, broken: constraints.some(breaks) ? brokenOf(constraints) : NONE }
  })

/** One word for the report: the first broken constraint decides. */
export function verdictOf(
  constraints: readonly Constraint[],
): 'ok' | 'no-fit' | 'over-budget' | 'too-slow' | 'too-lossy' | 'infeasible' {
  const name = constraints.find(breaks)?.name
  if (name === undefined) return 'ok'
  if (name === 'memory') return 'no-fit'
  if (name === 'budget.usd') return 'over-budget'
  if (name === 'budget.hours') return 'too-slow'
  return name === 'quality.min_retention' ? 'too-lossy' : 'infeasible'
}

/** Share of its limit by which a broken constraint is missed; 1 where there is no figure. */
export const missFraction = ({ limit, slack }: Constraint): number =>
  slack === null ? 1 : -slack / Math.max(Math.abs(limit), 1e-12)

/** Cards come in sizes that double: needing more than twice the memory is another purchase, not a choice. */
const NEXT_SIZE = 2

/** Whether a broken constraint can be called binding: the other limits are numbers of the spec that may be turned freely. */
export const isNearMiss = ({ name, limit, value }: Constraint): boolean =>
  name !== 'memory' || (value !== null && value <= NEXT_SIZE * limit)

/** Names limits that no plan can meet together, or that mean nothing. */
export function checkLimits(limits: Limits): void {
  const { minRetention, usd, hours, needs } = limits
  if (minRetention !== null && !(minRetention >= 0 && minRetention <= 1)) {
    throw new UserError(
      'invalid-spec',
      `quality.min_retention: ${minRetention} is not between 0 and 1`,
      'full fine-tuning is 1; 0.95 keeps 95 % of its quality',
    )
  }
  for (const [key, value] of [
    ['budget.usd', usd],
    ['budget.hours', hours],
  ] as const) {
    if (value !== null && !(value >= 0))
      throw new UserError('invalid-spec', `${key}: ${value} is not 0 or more`)
  }
  if (needs.includes('architecture-change') && needs.includes('swap-adapters')) {
    throw new UserError(
      'invalid-spec',
      'needs: architecture-change and swap-adapters exclude each other',
      'a changed architecture trains all weights, and only adapters can be swapped: drop one of the two',
    )
  }
}
