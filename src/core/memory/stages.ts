import type { Architecture } from '../domain/architecture.ts'
import type { Parallelism } from '../domain/plan.ts'

/** One pipeline stage: which layers it holds, what stands before and behind them, how many micro-batches are in flight. */
export interface Stage {
  readonly first: boolean
  readonly last: boolean
  /** Layers from `from` (included) to `to` (excluded). */
  readonly from: number
  readonly to: number
  readonly inFlight: number
}

/**
 * Stages that can hold the most: the first has the most micro-batches in flight under 1F1B (as many as there are stages),
 * the last has the logits. Layers are dealt out evenly, the first stages taking the remainder.
 *
 * @source narayanan-2021-megatron
 */
export function stagesOf({ layerCount }: Architecture, { pp }: Parallelism): readonly Stage[] {
  if (pp === 1) return [{ first: true, last: true, from: 0, to: layerCount, inFlight: 1 }]
  const most = Math.ceil(layerCount / pp)
  return [
    { first: true, last: false, from: 0, to: most, inFlight: pp },
    { first: false, last: true, from: layerCount - Math.floor(layerCount / pp), to: layerCount, inFlight: 1 },
  ]
}

/** Share of the given layers that a stage holds; 1 for what is in every stage. */
export const layersHeld = (indices: readonly number[], { from, to }: Stage): number =>
  indices.filter((index) => index >= from && index < to).length
