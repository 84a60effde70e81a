import type { MethodClass, OwnRun, OwnRunRules } from '../domain/user-calibration.ts'
import { groupBy } from '../group-by.ts'
import type { Evidence } from './posterior.ts'
import { type Residual, residualsOf } from './residuals.ts'

/** Quantities that own runs correct. */
export const quantities = ['required', 'reserved', 'device', 'time'] as const
export type Quantity = (typeof quantities)[number]

type Evidences = Readonly<Record<Quantity, Evidence | null>>

/** What own runs say, by stack and within it by method class. */
export interface OwnEvidence {
  readonly runs: number
  readonly stacks: Readonly<
    Record<
      string,
      { readonly all: Evidences; readonly classes: Readonly<Partial<Record<MethodClass, Evidences>>> }
    >
  >
}

/** Sums over the runs that measured a quantity; null where none did. */
function evidenceOf(runs: readonly OwnRun[], quantity: Quantity, rules: OwnRunRules): Evidence | null {
  const seen = runs.flatMap((run): (Residual & { readonly gpu: string })[] => {
    const residual = residualsOf(run, rules)[quantity]
    return residual === null ? [] : [{ ...residual, gpu: run.gpu }]
  })
  const weight = seen.reduce((sum, { share }) => sum + share ** 2, 0)
  if (weight === 0) return null
  const mean = seen.reduce((sum, { share, logarithm }) => sum + share ** 2 * logarithm, 0) / weight
  return {
    runs: seen.length,
    weight,
    mean,
    spread: seen.reduce((sum, { share, logarithm }) => sum + (share * (logarithm - mean)) ** 2, 0),
    gpus: [...new Set(seen.map(({ gpu }) => gpu))].sort(),
  }
}

const evidencesOf = (runs: readonly OwnRun[], rules: OwnRunRules): Evidences => ({
  required: evidenceOf(runs, 'required', rules),
  reserved: evidenceOf(runs, 'reserved', rules),
  device: evidenceOf(runs, 'device', rules),
  time: evidenceOf(runs, 'time', rules),
})

/** Sums up own runs; null where there are none. */
export function ownEvidence(runs: readonly OwnRun[], rules: OwnRunRules): OwnEvidence | null {
  if (runs.length === 0) return null
  const byStack = groupBy(runs, ({ stack }) => stack)
  return {
    runs: runs.length,
    stacks: Object.fromEntries(
      [...byStack].map(([stack, members]) => [
        stack,
        {
          all: evidencesOf(members, rules),
          classes: Object.fromEntries(
            [...groupBy(members, (run) => run.method_class)].map(([word, own]) => [
              word,
              evidencesOf(own, rules),
            ]),
          ),
        },
      ]),
    ),
  }
}

/** What speaks for a plan: runs of its method class where there are enough, else all runs of its stack. */
export function evidenceFor(
  own: OwnEvidence,
  plan: { readonly stack: string; readonly methodClass: MethodClass },
  quantity: Quantity,
  { class_runs: enough }: Pick<OwnRunRules, 'class_runs'>,
): Evidence | null {
  if (!Object.hasOwn(own.stacks, plan.stack)) return null
  const stack = own.stacks[plan.stack]
  const ofClass = stack?.classes[plan.methodClass]?.[quantity] ?? null
  return ofClass !== null && ofClass.runs >= enough ? ofClass : (stack?.all[quantity] ?? null)
}
