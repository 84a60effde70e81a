import type { CostOptions } from '../domain/bill.ts'
import type { Spec } from '../domain/spec.ts'
import { Memo } from '../memo.ts'

/** Months that checkpoints and results stay stored when the spec does not say. */
const STORAGE_MONTHS = 1

const known = new Memo<CostOptions>()

/** What the spec says about money, with the documented defaults: storage and egress counted, everything else 0 or 1. */
export const costOptions = (spec: Spec): CostOptions => known.get([spec], '', () => optionsOf(spec))

function optionsOf(spec: Spec): CostOptions {
  const { costs = {}, search, deployment } = spec
  return {
    setupHours: costs.setup_hours ?? 0,
    failedRunFraction: costs.failed_run_fraction ?? 0,
    experiments: costs.experiments ?? 1,
    search: search === undefined ? null : { trials: search.trials, strategy: search.strategy ?? 'full' },
    storage: storageOf(costs.storage),
    egress:
      costs.egress === false
        ? false
        : { usdPerGb: typeof costs.egress === 'object' ? costs.egress.usd_per_gb : null },
    deployment:
      deployment === undefined
        ? null
        : {
            adapters: deployment.adapters ?? 1,
            hoursPerMonth: deployment.hours_per_month ?? 0,
            versions: deployment.versions ?? 1,
          },
    ownership: ownershipOf(spec.ownership ?? {}),
  }
}

function storageOf(storage: NonNullable<Spec['costs']>['storage']): CostOptions['storage'] {
  if (storage === false) return false
  if (storage === undefined || storage === true) return { usdPerGbMonth: null, months: STORAGE_MONTHS }
  return { usdPerGbMonth: storage.usd_per_gb_month, months: storage.months ?? STORAGE_MONTHS }
}

const ownershipOf = (own: NonNullable<Spec['ownership']>): CostOptions['ownership'] => ({
  purchaseUsd: own.purchase_usd ?? null,
  lifetimeYears: own.lifetime_years ?? null,
  hoursPerYear: own.hours_per_year ?? null,
  watts: own.watts ?? null,
  pue: own.pue ?? null,
  usdPerKwh: own.usd_per_kwh ?? null,
  co2GramsPerKwh: own.co2_g_per_kwh ?? null,
})
