import { type Plan, sequencesPerSample } from '../domain/plan.ts'
import { bytesPerValue } from '../units.ts'
import { algorithmShape } from './algorithm.ts'
import { longestSequence } from './tokens.ts'

/** Logits exist as a whole: not cut into parts (chunked), not fused with the head. */
export const holdsLogits = (plan: Pick<Plan, 'algorithm' | 'method' | 'loss'>): boolean =>
  algorithmShape(plan).hasLogits && plan.loss !== 'fused-linear-ce' && plan.loss !== 'chunked'

/**
 * Bytes of the logits in 16 bits, 0 where the loss never holds them whole.
 *
 *   bytes = 2 · V · T / (tp · cp)
 */
export function logitsBytes(plan: Plan): number {
  const { architecture, parallelism, microBatchSize, workload } = plan
  if (!holdsLogits(plan)) return 0
  const tokens = microBatchSize * sequencesPerSample(plan.algorithm) * longestSequence(workload)
  return (bytesPerValue.bf16 * architecture.vocabularySize * tokens) / (parallelism.tp * parallelism.cp)
}
