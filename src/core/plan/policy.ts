import type { Limits } from '../domain/decision.ts'
import type { Spec } from '../domain/spec.ts'
import { defaultWeights } from './balance.ts'
import type { Policy } from './variations.ts'

/** How the spec wants to choose: its limits, objective and weights, with the documented defaults. */
export function policyOf(spec: Spec): Policy {
  const weights = spec.selection?.weights ?? {}
  return {
    objective: spec.objective ?? 'balanced',
    limits: limitsOf(spec),
    namesHardware: spec.hardware !== undefined,
    weights: {
      cost: weights.cost ?? defaultWeights.cost,
      time: weights.time ?? defaultWeights.time,
      quality: weights.quality ?? defaultWeights.quality,
    },
  }
}

/** Capacity ratio above which adapters on domain data are refused without an explicit minimum (no study shows them keeping up). */
const MAX_DOMAIN_CAPACITY_RATIO = 10

function limitsOf({ budget, quality, needs, selection, training }: Spec): Limits {
  const overridden = quality?.min_retention !== undefined || training?.method !== undefined
  return {
    usd: budget?.usd ?? null,
    hours: budget?.hours ?? null,
    budgetLevel: budget?.level ?? 'error',
    minRetention: quality?.min_retention ?? null,
    retentionBasis: quality?.basis ?? 'mid',
    qualityLevel: quality?.level ?? 'error',
    needs: needs ?? [],
    risk: selection?.risk ?? 'high',
    maxCapacityRatio: training?.task === 'domain' && !overridden ? MAX_DOMAIN_CAPACITY_RATIO : null,
  }
}
