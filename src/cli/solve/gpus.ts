import type { PlanReport } from '../../core/domain/report.ts'
import type { HardwareEntry } from '../../core/domain/spec.ts'
import { estimate } from '../../core/estimate.ts'
import { cheapestOptions } from '../../core/plan/solve.ts'
import type { EstimateRequest } from '../../core/request.ts'
import type { Presets } from '../presets.ts'
import type { Solution } from './solution.ts'

const USUAL_COUNTS = [1, 2, 4, 8]

/**
 * Every card on file, in the numbers and from the sellers that the entries of the spec name, else the usual ones and all; cheapest first,
 * beside it the smallest that does it.
 */
export function solveGpu(request: EstimateRequest, { catalog }: Presets): Solution {
  const { spec } = request
  const entries: readonly HardwareEntry[] = spec.hardware === undefined ? [] : [spec.hardware].flat()
  const rented = entries.filter(({ owned }) => owned !== true)
  const counts = unique(entries.flatMap(({ count = [] }) => count))
  const provider = unique(rented.flatMap((entry) => entry.provider ?? []))
  const commitment = unique(rented.flatMap((entry) => entry.commitment ?? []))
  const [region] = rented.flatMap((entry) => entry.region ?? [])
  const shared = {
    count: counts.length > 0 ? counts : USUAL_COUNTS,
    ...(provider.length > 0 ? { provider } : {}),
    ...(commitment.length > 0 ? { commitment } : {}),
    ...(region === undefined ? {} : { region }),
  }
  const hardware = catalog.ids('gpus').map((gpu) => ({ gpu, ...shared }))
  const report = estimate({ ...request, top: null, spec: { ...spec, hardware, objective: 'cost' } })
  const best = new Map<string, PlanReport>()
  for (const plan of report.plans) {
    if (plan.feasible && plan.gpu !== null && !best.has(plan.gpu)) best.set(plan.gpu, plan)
  }
  const options = cheapestOptions(
    [...best.values()].map((plan) => ({ option: plan, usd: plan.cost.usd?.mid ?? null })),
  )
  const [first, ...others] = options.map(({ option }) => option)
  const smallest = smallestOf(report.plans.filter(({ feasible, gpu }) => feasible && gpu !== null))
  return {
    what: 'gpu',
    answer: first?.gpu ?? null,
    plan: first ?? null,
    above: null,
    others: [
      ...(smallest === null ? [] : [{ value: 'smallest', plan: smallest }]),
      ...others.map((plan) => ({ value: plan.gpu ?? '', plan })),
    ],
    figures: { gpus: best.size },
    remarks: [],
    evaluations: report.candidates,
  }
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)]

const cardBytes = ({ memory, gpuCount }: PlanReport): number => (memory?.capacityBytes ?? 0) * (gpuCount ?? 1)

/** The plan that takes the least memory of cards in all; of several the cheapest. */
function smallestOf(plans: readonly PlanReport[]): PlanReport | null {
  const usdOf = ({ cost }: PlanReport): number => cost.usd?.mid ?? Infinity
  const sorted = plans.toSorted((a, b) => {
    const bytes = cardBytes(a) - cardBytes(b)
    return bytes !== 0 ? bytes : usdOf(a) - usdOf(b)
  })
  return sorted[0] ?? null
}
