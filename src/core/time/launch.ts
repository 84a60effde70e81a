import { calibrated } from '../domain/constant.ts'
import { isFsdp, isPadded } from '../domain/plan.ts'
import { hasFusedAdapters } from './kernels.ts'
import type { MicroStep } from './micro-step.ts'

/**
 * Units that FSDP gathers in one pass: one a layer and one around all; peft's wrap policy makes one of each adapter matrix, unless fused kernels
 * read the adapters directly.
 */
export function shardUnits({ plan, prepared, habits }: MicroStep): number {
  const { layerCount, adapterCount } = prepared.work
  const perAdapter = habits.adapter_units === 'adapter' && plan.lora !== null && !hasFusedAdapters(plan)
  return layerCount + 1 + (perAdapter ? 2 * adapterCount : 0)
}

/** Host time of one micro-batch: launching its operations, and what sharding hooks and expert loops add. */
export interface HostTime {
  readonly operations: number
  readonly hooks: number
}

/**
 * Host time of one micro-batch.
 *
 *   operations · passes · time each + units · collectives · time each + modules · passes · time each + experts · passes · time each
 *
 * Passes are the forward ones and one backward. FSDP runs two gathers of each unit.
 */
export function hostTime(step: MicroStep): HostTime {
  const { plan, prepared, habits, calibration, passes, fused } = step
  const { work } = calibration
  const perOperation = calibrated(
    plan.compile ? work.compiled_host_seconds : habits.host_seconds_per_operation,
  )
  const { operations, modules, expertVisits } = prepared.work
  const turns = passes.elements + 1
  const { shard } = plan.parallelism
  let hooks = 0
  if (isFsdp(shard)) hooks += 2 * shardUnits(step) * calibrated(work.unit_seconds)
  const hooked = shard === 'zero3' || (habits.full_through_zero3 && plan.method.trains === 'all')
  if (hooked) hooks += turns * modules * calibrated(work.zero3_module_seconds)
  if (expertVisits > 0 && !runsGrouped(step)) hooks += turns * expertVisits * calibrated(work.expert_seconds)
  return { operations: turns * (fused ? operations.fused : operations.eager) * perOperation, hooks }
}

/** Experts run as grouped products: the stack's habit, or asked for by naming expert parallelism. */
export const runsGrouped = ({ plan, habits }: MicroStep): boolean =>
  habits.experts === 'grouped' || plan.parallelism.name === 'custom'

/** Unpadding around flash attention synchronises host and GPU once a layer, so that part of the host time cannot overlap. */
export function waitSeconds(step: MicroStep, operations: number): number {
  const { plan, habits, calibration } = step
  const unpads = plan.attention === 'flash' && isPadded(plan.workload) && habits.unpadding_waits
  return unpads ? operations * calibrated(calibration.work.unpadding_wait) : 0
}
