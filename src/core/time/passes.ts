import type { Plan } from '../domain/plan.ts'
import type { StackHabits } from '../domain/stack-time.ts'

/** How often each kind of work runs in forward direction for one micro-batch: 1, or more where the backward repeats it. */
export interface ForwardPasses {
  readonly linears: number
  readonly attention: number
  readonly elements: number
}

/**
 * Forward passes of one micro-batch.
 *
 *   passes = 1 + reference model + repeated share
 *
 * Full checkpointing repeats everything, selective what the stack's policy names; offloaded checkpoints repeat everything too.
 *
 * @source chen-2016-sublinear
 */
export function forwardPasses(
  checkpointing: Plan['gradientCheckpointing'],
  selective: StackHabits['selective_recomputation'],
  reference = 0,
): ForwardPasses {
  const repeated = repeatedShares(checkpointing, selective)
  const first = 1 + reference
  return {
    linears: first + repeated.linears,
    attention: first + repeated.attention,
    elements: first + repeated.elements,
  }
}

function repeatedShares(
  checkpointing: Plan['gradientCheckpointing'],
  selective: StackHabits['selective_recomputation'],
): StackHabits['selective_recomputation'] {
  if (checkpointing === 'selective') return selective
  const share = checkpointing === 'none' ? 0 : 1
  return { linears: share, attention: share, elements: share }
}

/** Matrix products behind one backward pass of flash attention, in forward passes: five products for two. @source dao-2023-flash2 */
export const ATTENTION_BACKWARD = 2.5
