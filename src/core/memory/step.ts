import { type Plan, stepsOnHost } from '../domain/plan.ts'
import type { MemoryHabits } from '../domain/stack-memory.ts'
import { fixedLine, type Line, present } from './line.ts'
import { rankParameters, sumOver } from './rank-tensors.ts'
import { largest, type TrainedPart } from './trained-parts.ts'

const steppedBytes = (part: TrainedPart): number =>
  (rankParameters(part) * part.widths.stepped) / part.shards.states

/** Step of the largest tensor alone: temporaries of optimizers that go tensor by tensor, and of a step inside the backward pass. */
function largestStep(parts: readonly TrainedPart[], temporaries: number): number {
  return temporaries * largest(parts, (part) => (part.parameters * part.widths.stepped) / part.shards.states)
}

/**
 * What the optimizer's step makes and drops. A foreach step keeps one more tensor for every trainable parameter at once, in the dtype of
 * what is stepped; others need it for one tensor at a time. A step on the host makes nothing on the card.
 *
 * @source pytorch
 */
export function stepLines(parts: readonly TrainedPart[], plan: Plan, habits: MemoryHabits): readonly Line[] {
  const { optimizer } = plan
  if (stepsOnHost(plan) || plan.fusedBackward) return []
  const all = sumOver(parts, steppedBytes)
  const source = optimizer.sources.at(-1) ?? 'pytorch'
  return present([
    fixedLine(
      'temporary/optimizer',
      (habits.fused_step ? 0 : optimizer.step_temporaries) * all +
        largestStep(parts, optimizer.step_temporaries_largest),
      `temporaries of the step of ${optimizer.name}`,
      source,
    ),
    fixedLine(
      'temporary/master-step',
      masterStep(parts, habits),
      'gradients in fp32 for the masters',
      'deepspeed',
    ),
  ])
}

/** Temporaries while one tensor is stepped inside the backward pass. */
export const fusedStepBytes = (parts: readonly TrainedPart[], { optimizer }: Plan): number =>
  largestStep(parts, Math.max(optimizer.step_temporaries, optimizer.step_temporaries_largest))

/** Gradients in the masters' dtype, where they are kept in another. */
function masterStep(parts: readonly TrainedPart[], { master_step_bytes }: MemoryHabits): number {
  return sumOver(
    parts.filter(({ widths }) => widths.master > widths.gradient),
    (part) => (rankParameters(part) * master_step_bytes) / part.shards.states,
  )
}
