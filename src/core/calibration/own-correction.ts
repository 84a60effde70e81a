import type { Library } from '../domain/library.ts'
import type { OwnRunRules } from '../domain/user-calibration.ts'
import type { OwnCorrection } from './correct.ts'
import { ownEvidence } from './evidence.ts'

/** What the own runs of a library correct; null where there are none: estimates are then exactly the packaged ones. */
export function ownCorrectionOf(library: Library): OwnCorrection | null {
  const runs = library.ownRuns?.() ?? []
  if (runs.length === 0) return null
  const rules = library.data('calibration/own-runs') as OwnRunRules
  const evidence = ownEvidence(runs, rules)
  return evidence === null ? null : { evidence, rules }
}
