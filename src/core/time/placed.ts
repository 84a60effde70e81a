import type { Plan } from '../domain/plan.ts'
import type { StackHabits } from '../domain/stack-time.ts'
import type { TimeCalibration } from '../domain/time-calibration.ts'
import { Memo } from '../memo.ts'
import { referencePasses } from './algorithm.ts'
import type { Fabric } from './collectives.ts'
import { fabricOf } from './fabric.ts'
import { hasKernels } from './kernels.ts'
import { type Machine, machineOf } from './machine.ts'
import { type ForwardPasses, forwardPasses } from './passes.ts'
import type { PreparedTime } from './prepare.ts'

/** Links of the groups of ranks that talk to each other; null where a group is one rank. */
export interface Links {
  /** Ranks that hold the same layers and share gradients: data-parallel, and context-parallel ones too. */
  readonly replicas: Fabric | null
  readonly tensor: Fabric | null
  readonly context: Fabric | null
  readonly experts: Fabric | null
  readonly pipeline: Fabric | null
}

/** What micro-batches of every size have in common on given cards: looked up once for all of them. */
export interface PlacedTime {
  readonly prepared: PreparedTime
  readonly calibration: TimeCalibration
  readonly habits: StackHabits
  readonly machine: Machine
  readonly passes: ForwardPasses
  readonly links: Links
  /** Element-wise operations are fused kernels. */
  readonly fused: boolean
}

const merged = new Memo<StackHabits>()

/** The stack's habits over the generic ones. */
const habitsOf = ({ stack }: Plan, calibration: TimeCalibration): StackHabits =>
  merged.get([calibration, stack], '', () => ({ ...calibration.stack, ...stack.time }) as StackHabits)

function linksOf(plan: Plan, calibration: TimeCalibration): Links {
  const { tp, pp, cp, ep, dp } = plan.parallelism
  const between = (ranks: number, stride: number): Fabric | null =>
    ranks === 1 ? null : fabricOf(plan, ranks, stride, calibration)
  return {
    replicas: between(dp * cp, tp),
    tensor: between(tp, 1),
    context: between(cp, tp),
    experts: between(ep, tp),
    pipeline: pp === 1 ? null : between(2, Math.max(1, plan.hardware.gpuCount / pp)),
  }
}

/** Rates, habits and links of a plan on its cards. */
export function placeTime(prepared: PreparedTime, plan: Plan, calibration: TimeCalibration): PlacedTime {
  const habits = habitsOf(plan, calibration)
  return {
    prepared,
    calibration,
    habits,
    machine: machineOf(plan.hardware, plan.precision, calibration),
    passes: forwardPasses(
      plan.gradientCheckpointing,
      habits.selective_recomputation,
      referencePasses(plan.algorithm),
    ),
    links: linksOf(plan, calibration),
    fused: habits.fused_elements || hasKernels(plan) || plan.compile,
  }
}
