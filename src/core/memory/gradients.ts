import { type Plan, shardsWeights } from '../domain/plan.ts'
import type { MemoryHabits } from '../domain/stack-memory.ts'
import { sumOver } from './rank-tensors.ts'
import { layersHeld, type Stage } from './stages.ts'
import { computedBytes, gradientBytes, largest, type TrainedPart } from './trained-parts.ts'

/** How far a backward pass has come: head, then layers from the last one down. The embedding's gradient is the last. */
export interface Progress {
  readonly layersDone: number
  readonly headDone: boolean
}

/** Gradients of one rank: which exist when. */
export interface Gradients {
  /** All of them, as they are kept until the step. */
  readonly allBytes: number
  /** The largest single one, before it is reduced. */
  readonly largestBytes: number
  /** What waits in host memory instead. */
  readonly hostBytes: number
  /** Those that exist at a point of the first backward pass after a step. */
  at(progress: Progress): number
}

/** Gradients that exist whatever the progress: an accumulation buffer, or ones that are zeroed instead of freed. */
export const keepsAll = (habits: MemoryHabits): boolean => habits.fp32_gradients || habits.keeps_gradients

/**
 * Gradients of trainable tensors. The pass goes from the head down: finished layers have theirs, in the accumulated dtype and sharded from
 * ZeRO-2 on. A tied
 * embedding has the head's gradient from the start. The root unit of FSDP is reduced last, so the head's gradient stays whole until the embedding has its own. With the step
 * inside the backward pass none is kept.
 *
 * @source rajbhandari-2019-zero
 * @source zhao-2023-fsdp
 */
export function gradientsOf(
  parts: readonly TrainedPart[],
  stage: Stage,
  plan: Pick<Plan, 'architecture' | 'parallelism' | 'fusedBackward' | 'offload'>,
): Gradients {
  const { architecture, parallelism, fusedBackward, offload } = plan
  const largestBytes = largest(parts, (part) => part.parameters * part.widths.computed)
  const onHost = offload.includes('parameters')
  const hostBytes = onHost && !fusedBackward ? sumOver(parts, gradientBytes) : 0
  if (fusedBackward || onHost) {
    const waiting = fusedBackward && architecture.tiedEmbeddings ? tiedGradient(parts, architecture) : 0
    return { allBytes: 0, largestBytes, hostBytes, at: ({ headDone }) => (headDone ? waiting : 0) }
  }
  const whole = shardsWeights(parallelism.shard)
  const unsharded = (part: TrainedPart): number => (whole ? computedBytes(part) : gradientBytes(part))
  const outside = parts.filter(({ tensor }) => tensor.layerIndices === null)
  const isEmbedding = ({ tensor }: TrainedPart): boolean =>
    tensor.name.startsWith(`${architecture.embeddingName}.`) && !architecture.tiedEmbeddings
  const head = sumOver(
    outside.filter((part) => !isEmbedding(part)),
    unsharded,
  )
  const byLayers = layerSums(parts, stage, architecture.layerCount)
  return {
    allBytes: sumOver(parts, gradientBytes),
    largestBytes,
    hostBytes,
    at: ({ layersDone, headDone }) => (byLayers[layersDone] ?? 0) + (headDone ? head : 0),
  }
}

/** The head's share of a tied gradient waits for the embedding's, also where every other gradient is stepped at once. */
const tiedGradient = (parts: readonly TrainedPart[], { embeddingName }: Plan['architecture']): number =>
  sumOver(
    parts.filter(({ tensor }) => tensor.name.startsWith(`${embeddingName}.`) && tensor.kind === 'embedding'),
    (part) => part.parameters * part.widths.computed,
  )

/** Gradient bytes of the layers that are done, by how many are: index 0 is none. Indices count all layers of the model. */
function layerSums(parts: readonly TrainedPart[], stage: Stage, layerCount: number): readonly number[] {
  const byLayer = new Array<number>(layerCount).fill(0)
  for (const part of parts) {
    const { layerIndices } = part.tensor
    if (layerIndices === null) continue
    const held = layersHeld(layerIndices, stage)
    const bytes = held === 0 ? 0 : gradientBytes(part) / held
    for (const index of layerIndices)
      if (index >= stage.from && index < stage.to) byLayer[index] = (byLayer[index] ?? 0) + bytes
  }
  const sums = [0]
  for (let index = layerCount - 1; index >= 0; index--) sums.push((sums.at(-1) ?? 0) + (byLayer[index] ?? 0))
  return sums
}
