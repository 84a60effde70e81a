import { calibrated } from '../domain/constant.ts'
import type { MicroStep } from './micro-step.ts'

/** True where sharding gathers weights for every pass. */
export const gathersWeights = (shard: string): boolean => shard === 'zero3' || shard.startsWith('fsdp')

/** Units that FSDP gathers in one pass: one a layer and one around all, or one for each adapter matrix under peft's wrap policy. */
export function shardUnits({ plan, prepared, habits }: MicroStep): number {
  const { layerCount, adapterCount } = prepared.work
  const perAdapter = habits.adapter_units === 'adapter' && plan.lora !== null
  return layerCount + 1 + (perAdapter ? 2 * adapterCount : 0)
}

/**
 * Host time of one micro-batch.
 *
 *   operations · passes · time each, and for each pass what sharding hooks and expert loops add
 *
 * Passes are the forward ones and one backward. FSDP runs two gathers of each unit and one scatter where it trains.
 */
export function hostSeconds(step: MicroStep): number {
  const { plan, prepared, habits, calibration, passes, fused } = step
  const { work } = calibration
  const perOperation = calibrated(
    plan.compile ? work.compiled_host_seconds : habits.host_seconds_per_operation,
  )
  const { operations, modules, expertVisits } = prepared.work
  const turns = passes.elements + 1
  let seconds = turns * (fused ? operations.fused : operations.eager) * perOperation
  const { shard } = plan.parallelism
  if (shard === 'fsdp1' || shard === 'fsdp2') seconds += 2 * shardUnits(step) * calibrated(work.unit_seconds)
  const hooked = shard === 'zero3' || (habits.full_through_zero3 && plan.method.trains === 'all')
  if (hooked) seconds += turns * modules * calibrated(work.zero3_module_seconds)
  if (expertVisits > 0 && !runsGrouped(step))
    seconds += turns * expertVisits * calibrated(work.expert_seconds)
  return seconds
}

/** Experts run as grouped products: the stack's habit, or asked for by naming expert parallelism. */
export const runsGrouped = ({ plan, habits }: MicroStep): boolean =>
  habits.experts === 'grouped' || plan.parallelism.name === 'custom'

/** Unpadding around flash attention synchronises host and GPU once a layer, so that part of the host time cannot overlap. */
export function waitSeconds(step: MicroStep, host: number): number {
  const { plan, habits, calibration } = step
  const unpads = plan.attention === 'flash' && plan.workload.packing === 'padded' && habits.unpadding_waits
  const uneven = plan.workload.meanTokens < plan.workload.maxTokens
  return unpads && uneven ? host * calibrated(calibration.work.unpadding_wait) : 0
}
