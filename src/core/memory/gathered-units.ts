import { type Plan, shardsWeights } from '../domain/plan.ts'
import type { MemoryHabits } from '../domain/stack-memory.ts'
import { allBytes, frozenBytes } from './base-weights.ts'
import { type RankTensor, sumOver } from './rank-tensors.ts'
import type { StageTensors } from './stage-tensors.ts'
import { computedBytes, type TrainedPart } from './trained-parts.ts'

/** Bytes that a rank holds unsharded while it computes. */
export interface GatheredBytes {
  /** Layers in work and fetched ahead. */
  readonly layers: number
  /** Everything outside the layers: embeddings, head, final norm. */
  readonly root: number
}

const gathers = ({ shard, dp, cp }: Plan['parallelism']): boolean => shardsWeights(shard) && dp * cp > 1

/**
 * All weights of the model that train as they would be without sharding, in the dtype of the forward pass. Counted for FSDP1 only, whose gathered
 * units are made on a stream of their own: the allocator keeps their blocks apart. FSDP2 waits until they can be used again.
 *
 * @source zhao-2023-fsdp
 */
export const gatheredTrainedBytes = (
  { trained }: StageTensors,
  parts: readonly TrainedPart[],
  { parallelism }: Pick<Plan, 'parallelism'>,
): number =>
  trained.length === 0 || parallelism.shard !== 'fsdp1' || !gathers(parallelism)
    ? 0
    : sumOver(parts, computedBytes)

const inLayers = ({ tensor }: RankTensor): boolean => tensor.layerIndices !== null

/**
 * Weights that FSDP and ZeRO-3 gather: the unit in work, those fetched ahead, and the root unit. Frozen weights are gathered as they are
 * stored, 4-bit ones packed; trained ones in the dtype of the forward pass.
 *
 *   bytes = gathered units · bytes of the layers / layers of the stage + bytes outside the layers
 *
 * @source zhao-2023-fsdp
 */
export function gatheredBytes(
  { frozen, stage }: StageTensors,
  parts: readonly TrainedPart[],
  plan: Plan,
  habits: MemoryHabits,
): GatheredBytes {
  if (!gathers(plan.parallelism)) return { layers: 0, root: 0 }
  const bytesOf = (keep: (tensor: RankTensor) => boolean): number =>
    sumOver(frozen.filter(keep), (tensor) => allBytes(frozenBytes(tensor, plan, habits))) +
    sumOver(parts.filter(keep), computedBytes)
  const stageLayers = stage.to - stage.from
  const units = Math.min(habits.gathered_units, stageLayers)
  return {
    layers: (units * bytesOf(inLayers)) / stageLayers,
    root: bytesOf((tensor) => !inLayers(tensor)),
  }
}
