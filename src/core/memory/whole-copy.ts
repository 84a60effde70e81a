import type { Phase } from '../domain/estimates.ts'
import { isFsdp, type Plan } from '../domain/plan.ts'
import type { MemoryHabits } from '../domain/stack-memory.ts'
import { allBytes, frozenBytes } from './base-weights.ts'
import { rankParameters, sumOver } from './rank-tensors.ts'
import type { StageTensors } from './stage-tensors.ts'
import { baseWidths } from './widths.ts'

/** The whole base on every rank beside its shard, where a stack gathers it faster than it lets it go. */
export interface WholeCopy {
  readonly bytes: number
  in(phase: Phase): boolean
}

/**
 * Bytes of the gathered base, and the phases in which it is there.
 *
 * @source litgpt
 */
export function wholeCopyOf({ frozen, trained }: StageTensors, plan: Plan, habits: MemoryHabits): WholeCopy {
  const { parallelism, method } = plan
  const when = habits.whole_base_copy[method.trains === 'adapters' ? 'adapters' : 'base']
  if (when === 'never' || !isFsdp(parallelism.shard) || parallelism.dp === 1)
    return { bytes: 0, in: () => false }
  const { computed } = baseWidths(plan, habits)
  return {
    bytes:
      sumOver(frozen, (tensor) => allBytes(frozenBytes(tensor, plan, habits))) +
      sumOver(trained, (tensor) => rankParameters(tensor) * computed),
    in: (phase) => phase === 'forward' || (when === 'always' && phase === 'backward'),
  }
}
