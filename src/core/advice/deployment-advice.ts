import { parameterCounts } from '../architecture/index.ts'
import type { CandidateContext } from '../candidates.ts'
import { egressPrice } from '../cost/egress.ts'
import { costOptions } from '../cost/options.ts'
import { storagePrice } from '../cost/storage.ts'
import type { CostInput } from '../domain/bill.ts'
import type { Plan } from '../domain/plan.ts'
import { artifactsOf, servedAdapters } from '../plan/artifacts.ts'
import { adapterMixture, deploymentOf, federatedTraffic } from '../plan/deployment.ts'
import { servedBaseBytes } from '../plan/served-base.ts'
import type { DeploymentAdvice, FederatedAdvice, MixtureAdvice } from '../report/advice-report.ts'
import type { EstimatedPlan } from '../report/plan-report.ts'
import { bytesPerValue } from '../units.ts'

/** What the bill of the plan is made from: the same prices of storage and egress hold after the run. */
export function costInputOf<M, T>(
  { plan, time, trainableParameters }: EstimatedPlan,
  { resolved: { spec }, market, asOf }: CandidateContext<M, T>,
): CostInput {
  const total = parameterCounts(plan.architecture).total
  return {
    time,
    hardware: plan.hardware,
    options: costOptions(spec),
    market,
    artifacts: artifactsOf(plan, total, trainableParameters, servedAdapters(spec, plan)),
    asOf,
  }
}

/** The result served and stored; the cache holds one sequence of the planned length for each adapter. */
export function deploymentAdvice<M, T>(
  estimated: EstimatedPlan,
  input: CostInput,
  { resolved: { spec } }: CandidateContext<M, T>,
): DeploymentAdvice {
  const { plan, trainableParameters } = estimated
  const { architecture, quantization, precision, workload } = plan
  const totalParameters = parameterCounts(architecture).total
  const adapters = plan.method.trains === 'adapters'
  const adapterCount = servedAdapters(spec, plan)
  const cachedTokens = workload.sequenceLength * (adapters ? adapterCount : 1)
  const price = storagePrice(input)
  const deployment = deploymentOf({
    architecture,
    totalParameters,
    adapterParameters: adapters ? trainableParameters : null,
    adapterBytesPerValue: bytesPerValue[precision.adapters],
    baseBytes: servedBaseBytes(architecture, totalParameters, quantization),
    quantizedBase: quantization !== null,
    adapterCount,
    versions: spec.deployment?.versions ?? 1,
    cachedTokens,
    tokensPerSequence: workload.sequenceLength,
    usdPerByteMonth: price?.usd ?? null,
  })
  return { deployment, cachedTokens, storagePrice: price }
}

/** Bytes of one copy of what trains: adapters in their format, else 16 bit. */
const trainedBytes = ({ method, precision }: Plan, trainableParameters: number): number =>
  trainableParameters *
  (method.trains === 'adapters' ? bytesPerValue[precision.adapters] : bytesPerValue.bf16)

/**
 * Traffic of federated rounds and its price.
 *
 *   usd = max(0, bytes sent to the clients − free bytes of the month) · USD per byte; what the clients send in is free
 */
export function federatedAdvice<M, T>(
  { plan, trainableParameters }: EstimatedPlan,
  input: CostInput,
  { resolved: { spec } }: CandidateContext<M, T>,
): FederatedAdvice | null {
  const { federated } = spec
  if (federated === undefined) return null
  const { clients, rounds } = federated
  const traffic = federatedTraffic(clients, rounds, trainedBytes(plan, trainableParameters))
  const price = egressPrice(input)
  if (price === null) return { clients, rounds, traffic, usd: null, basis: null }
  const sentBytes = traffic.totalBytes / 2
  const usd = Math.max(0, sentBytes - price.freeBytes) * price.usd
  return { clients, rounds, traffic, usd, basis: price.basis }
}

/** Each token is routed to one adapter. @source fedus-2022 */
const ACTIVE_ADAPTERS = 1

/** Several adapters as a mixture with a router; null with one or none. */
export function mixtureAdvice({ plan, trainableParameters }: EstimatedPlan): MixtureAdvice | null {
  const adapterCount = plan.lora?.count ?? 1
  if (plan.method.trains !== 'adapters' || adapterCount === 1) return null
  const mixture = adapterMixture(trainableParameters, adapterCount, ACTIVE_ADAPTERS, plan.architecture)
  return { adapterCount, activeCount: ACTIVE_ADAPTERS, mixture }
}
