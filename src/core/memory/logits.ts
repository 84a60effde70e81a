import type { Plan } from '../domain/plan.ts'
import { algorithmShape } from './algorithm.ts'
import { longestSequence } from './tokens.ts'

/**
 * Bytes of the logits in 16 bits, 0 where the loss never holds them whole (chunked, fused with the head).
 *
 *   bytes = 2 · V · T / (tp · cp)
 */
export function logitsBytes(plan: Plan): number {
  const { loss, architecture, parallelism, microBatchSize, workload } = plan
  const { sequencesPerSample, hasLogits } = algorithmShape(plan)
  if (!hasLogits || loss === 'fused-linear-ce' || loss === 'chunked') return 0
  const tokens = microBatchSize * sequencesPerSample * longestSequence(workload)
  return (2 * architecture.vocabularySize * tokens) / (parallelism.tp * parallelism.cp)
}
