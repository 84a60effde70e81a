import type { Plan } from '../domain/plan.ts'

/**
 * Tokens of the longest sequence that a micro-batch can hold: packed rows are full, padded ones as long as their longest sample. The
 * longest sample of the data decides whether a run survives.
 */
export const longestSequence = ({ packing, sequenceLength, maxTokens }: Plan['workload']): number =>
  packing === 'packed' ? sequenceLength : Math.min(sequenceLength, maxTokens)
