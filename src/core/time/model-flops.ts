import { referencePasses } from './algorithm.ts'
import { visibleTokens } from './attention.ts'
import type { MicroStep } from './micro-step.ts'

/** Gradients of a product of two tensors that both need one, as multiples of the forward product. */
const BOTH_GRADIENTS = 2

/**
 * FLOP that training one token takes on all ranks of a replica together, nothing computed twice: what model FLOP utilisation counts.
 *
 *   linears: forward, input gradients, weight gradients of what trains; adapters and attention: forward and both gradients;
 *   a reference model: forward
 *
 * That is 6 a weight that trains and 4 a frozen one, beside attention. Recomputed and masked products are no model FLOP.
 *
 * @source chowdhery-2022-palm app. B
 */
export function modelFlopsPerToken({ plan, prepared, sequence }: MicroStep): number {
  const { tp, pp } = plan.parallelism
  const { forward, backward, expertForward, expertBackward, head, headForward, adapterFlops, attention } =
    prepared.work
  const reference = referencePasses(plan.algorithm)
  let scores = 0
  for (const { window, flops } of attention) scores += flops * visibleTokens(sequence.context, window, true)
  const layers =
    (1 + reference) * (forward.flops + expertForward.flops + scores) +
    backward.flops +
    expertBackward.flops +
    BOTH_GRADIENTS * scores +
    (1 + BOTH_GRADIENTS) * adapterFlops
  return tp * (pp * layers + head.flops + reference * headForward.flops)
}
