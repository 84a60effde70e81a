import type { MethodClass, OwnRunRules } from '../domain/user-calibration.ts'
import { type OwnEvidence, type Quantity, quantities } from './evidence.ts'

/** What own runs of one kind come to. */
export interface Offset {
  readonly stack: string
  /** Null for all methods of the stack. */
  readonly methodClass: MethodClass | null
  readonly quantity: Quantity
  readonly runs: number
  /** Weighted geometric mean of measured / predicted; of memory only the part beyond the weights. */
  readonly ratio: number
}

/** Every offset that estimates use: of a stack, and of its method classes with enough runs. */
export function offsetsOf(
  own: OwnEvidence,
  { class_runs: enough }: Pick<OwnRunRules, 'class_runs'>,
): readonly Offset[] {
  return Object.entries(own.stacks).flatMap(([stack, { all, classes }]) => {
    const groups = [
      { methodClass: null, evidences: all, least: 1 },
      ...Object.entries(classes).map(([word, evidences]) => ({
        methodClass: word as MethodClass,
        evidences,
        least: enough,
      })),
    ]
    return groups.flatMap(({ methodClass, evidences, least }) =>
      quantities.flatMap((quantity): Offset[] => {
        const evidence = evidences[quantity]
        if (evidence === null || evidence.runs < least) return []
        return [{ stack, methodClass, quantity, runs: evidence.runs, ratio: Math.exp(evidence.mean) }]
      }),
    )
  })
}
