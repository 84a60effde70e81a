import { type Plan, sequencesPerSample } from '../domain/plan.ts'

/** What an algorithm adds to plain next-token training. */
export interface AlgorithmShape {
  /** Sequences in one forward pass for each sequence of the micro-batch: chosen and rejected. */
  readonly sequencesPerSample: number
  /** A frozen copy of the model beside the trained one; adapters need none, they are switched off instead. */
  readonly hasReference: boolean
  /** Logits over the vocabulary exist; a reward model has one output a sequence. */
  readonly hasLogits: boolean
  /** The policy writes its own samples: a key-value cache before the training pass. */
  readonly generates: boolean
}

/**
 * Shapes of the algorithms: dpo compares chosen and rejected under the policy and a reference; kto needs the reference too; orpo compares
 * without one; a reward model scores both; grpo writes a group of answers first (its reference is off by default in today's trainers).
 *
 * @source rafailov-2023-dpo
 * @source trl
 */
export function algorithmShape({ algorithm, method }: Pick<Plan, 'algorithm' | 'method'>): AlgorithmShape {
  const compared = algorithm === 'dpo' || algorithm === 'kto'
  return {
    sequencesPerSample: sequencesPerSample(algorithm),
    hasReference: compared && method.trains !== 'adapters',
    hasLogits: algorithm !== 'rm',
    generates: algorithm === 'grpo',
  }
}
