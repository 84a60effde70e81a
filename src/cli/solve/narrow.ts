import type { PlanReport } from '../../core/domain/report.ts'
import type { HardwareEntry, Spec } from '../../core/domain/spec.ts'
import type { EstimateRequest } from '../../core/request.ts'

/** The request with the method, cards and payment of one plan only; a service has no cards, and nothing is narrowed. */
export function narrowedTo(plan: PlanReport, request: EstimateRequest): EstimateRequest {
  const { spec, library } = request
  const entries = spec.hardware === undefined ? library.defaults().hardware : [spec.hardware].flat()
  const entry = entries.find((one) => isOf(plan, one, (id) => library.gpu(id).id))
  if (plan.gpu === null || entry === undefined) return request
  const nodes = plan.nodes ?? 1
  const { provider: _, commitment: __, ...place } = entry
  const hardware: HardwareEntry = {
    ...place,
    gpu: plan.gpu,
    nodes,
    count: (plan.gpuCount ?? nodes) / nodes,
    ...(plan.provider === null ? {} : { provider: plan.provider }),
    ...(plan.commitment === null ? {} : { commitment: plan.commitment as 'on-demand' }),
  }
  return withMethod({ ...request, spec: { ...spec, hardware } }, plan.method)
}

type Method = NonNullable<NonNullable<Spec['training']>['method']>

/** The request with one method only. */
export const withMethod = (request: EstimateRequest, method: string): EstimateRequest => ({
  ...request,
  spec: { ...request.spec, training: { ...request.spec.training, method: method as Method } },
})

/** Whether an entry of the spec allows a plan's cards. */
function isOf(plan: PlanReport, entry: HardwareEntry, idOf: (id: string) => string): boolean {
  const nodes = plan.nodes ?? 1
  return (
    (entry.owned ?? false) === plan.owned &&
    [entry.gpu].flat().some((id) => idOf(id) === plan.gpu) &&
    [entry.count ?? 1].flat().includes((plan.gpuCount ?? nodes) / nodes) &&
    [entry.nodes ?? 1].flat().includes(nodes)
  )
}
