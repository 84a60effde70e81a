import { architectureOf } from './architecture/index.ts'
import type { MemoryEstimate, TimeEstimate } from './domain/estimates.ts'
import type { Library } from './domain/library.ts'
import type { Plan } from './domain/plan.ts'
import type { Spec } from './domain/spec.ts'
import { enginesOf, type PreparedMemory } from './engines.ts'
import type { UserError } from './errors.ts'
import { NO_PAYMENT, placementsOf } from './plan/placements.ts'
import { resolveSpec } from './plan/resolve.ts'
import { searchPlans } from './plan/search.ts'

/** However a run was paid, it took the same memory and time. */
const OWN_CARDS = [{ ...NO_PAYMENT, owned: true }]

/** The one plan of a run that was made, as the packaged formulas estimate it. */
export interface PinnedRun {
  readonly plan: Plan
  readonly preparedMemory: PreparedMemory
  readonly memory: MemoryEstimate
  readonly time: TimeEstimate
}

/** Memory and time of a spec that pins every knob, by the packaged calibration alone; `unpinned` names what is wrong with any other. */
export function pinnedRun(
  spec: Spec,
  library: Library,
  unpinned: (plans: readonly Plan[]) => UserError,
): PinnedRun {
  const resolved = resolveSpec(spec, {}, library, architectureOf)
  const engines = enginesOf(library, 'high')
  const placements = placementsOf(resolved.hardware, library, () => OWN_CARDS)
  const { survivors } = searchPlans(resolved, placements, library, engines.judge, { keepAll: true })
  const [survivor] = survivors
  if (survivor === undefined || survivors.length > 1) throw unpinned(survivors.map(({ plan }) => plan))
  const { plan, preparedMemory, preparedTime } = survivor
  return {
    plan,
    preparedMemory,
    memory: engines.memory(preparedMemory, plan, 'totals'),
    time: engines.time(preparedTime, plan, 'totals'),
  }
}
