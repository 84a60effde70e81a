import type { Plan } from '../../src/core/domain/plan.ts'
import { prepareMemory } from '../../src/core/memory/index.ts'
import { trainingPeak } from '../../src/core/memory/training-peak.ts'
import type { FitCase } from './coefficients.ts'
import type { MemoryCase } from './corpus.ts'

const inputsOf = (plan: Plan) => trainingPeak(prepareMemory(plan), plan).inputs

/** A run with the physics of its plan: what the counters are derived from, with the habits of its stack and without any. */
export const fitCase = (one: MemoryCase): FitCase => ({ ...one, inputs: inputsOf(one.plan) })

/** The same run as if nobody knew its stack: the habits of a bare loop. */
export function asUnknown(one: FitCase): FitCase {
  const plan = { ...one.plan, stack: { ...one.plan.stack, memory: {} } }
  return { ...one, inputs: inputsOf(plan) }
}
