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
 *   passes = 1 + repeated share
 *
 * Full checkpointing repeats everything, selective what the stack's policy names; offloaded checkpoints repeat everything too.
 *
 * @source chen-2016-sublinear
 */
export function forwardPasses(
  checkpointing: Plan['gradientCheckpointing'],
  selective: StackHabits['selective_recomputation'],
): ForwardPasses {
  if (checkpointing === 'none') return { linears: 1, attention: 1, elements: 1 }
  if (checkpointing === 'selective') {
    return {
      linears: 1 + selective.linears,
      attention: 1 + selective.attention,
      elements: 1 + selective.elements,
    }
  }
  return { linears: 2, attention: 2, elements: 2 }
}

/** Matrix products behind one backward pass of flash attention, in forward passes: five products for two. @source dao-2023-flash2 */
export const ATTENTION_BACKWARD = 2.5
