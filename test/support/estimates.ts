import type { Catalog } from '../../src/catalog/catalog.ts'
import type { PlanReport, Report } from '../../src/core/domain/report.ts'
import { Spec } from '../../src/core/domain/spec.ts'
import { estimate } from '../../src/core/estimate.ts'

/** The report of a spec with the packaged presets, on a fixed day. */
export const estimated = (spec: unknown, catalog: Catalog, top: number | null = null): Report =>
  estimate({
    spec: Spec.parse(spec),
    origins: {},
    library: catalog,
    asOf: '2026-11-25',
    prices: { overrides: {}, strict: false, maxAgeDays: null, includeUnverified: false },
    top,
    all: false,
    generator: { name: 'test', version: '0' },
    generatedAt: null,
  })

/** The first plan of a spec. */
export function bestPlan(spec: unknown, catalog: Catalog): PlanReport {
  const [plan] = estimated(spec, catalog, 1).plans
  if (plan === undefined) throw new Error('the spec has no plan')
  return plan
}
