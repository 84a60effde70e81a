import type { Plan } from '../domain/plan.ts'
import type { MemoryHabits } from '../domain/stack-memory.ts'
import { statesBytes } from './optimizer-states.ts'
import { type RankTensor, rankParameters } from './rank-tensors.ts'
import type { StageTensors } from './stage-tensors.ts'
import { adapterWidths, baseWidths, type TrainedWidths } from './widths.ts'

/** A tensor that trains, with the widths in which it is held. */
export interface TrainedPart extends RankTensor {
  readonly widths: TrainedWidths
}

type Trained = Pick<Plan, 'precision' | 'parallelism' | 'optimizer' | 'method' | 'lora'>

/** Everything that has a gradient on the rank. */
export function trainedParts(
  { trained, adapters, copies }: StageTensors,
  plan: Trained,
  habits: Pick<MemoryHabits, 'fp32_gradients'>,
): readonly TrainedPart[] {
  const base = baseWidths(plan, habits)
  const beside = adapterWidths(plan)
  return [
    ...trained.map((tensor) => ({ ...tensor, widths: base })),
    ...[...adapters, ...copies].map((tensor) => ({ ...tensor, widths: beside })),
  ]
}

/** Bytes of a tensor on one rank as the forward pass uses it, unsharded, all its like together. */
export const computedBytes = (part: TrainedPart): number => rankParameters(part) * part.widths.computed

/** Bytes of the accumulated gradient of a tensor on one rank, all its like together. */
export const gradientBytes = (part: TrainedPart): number =>
  (rankParameters(part) * part.widths.gradient) / part.shards.gradients

/** Bytes of the fp32 master weights of a tensor on one rank. */
export const masterBytes = (part: TrainedPart): number =>
  (rankParameters(part) * part.widths.master) / part.shards.states

/**
 * Optimizer states of a tensor on one rank.
 *
 *   bytes = states of the whole tensor · tensors / tensor-parallel parts / shards
 *
 * @source rajbhandari-2019-zero
 */
export function rankStatesBytes(part: TrainedPart, { optimizer, method, lora }: Trained): number {
  const { tensor, count, parts, shards, widths } = part
  const projects = method.low_rank_states && tensor.kind === 'linear-weight' && tensor.group !== 'head'
  const projectionRank = projects ? (lora?.rank ?? null) : null
  const whole = statesBytes(
    lowRank(optimizer, projects),
    { shape: tensor.shape, projectionRank },
    widths.stepped,
  )
  return (whole * count) / parts / shards.states
}

/** GaLore keeps the states of an optimizer for the projected gradient instead of the whole one. */
const lowRank = (optimizer: Plan['optimizer'], projects: boolean): Plan['optimizer'] =>
  projects
    ? {
        ...optimizer,
        states: optimizer.states.map((state) =>
          state.extent === 'per-parameter' ? { ...state, extent: 'low-rank' as const } : state,
        ),
      }
    : optimizer

/** The largest single tensor's value of `bytes`. */
export const largest = (parts: readonly TrainedPart[], bytes: (part: TrainedPart) => number): number =>
  parts.reduce((most, part) => Math.max(most, bytes(part)), 0)
