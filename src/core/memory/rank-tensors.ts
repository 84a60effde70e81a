import { type TrainableTensor, tensorSize } from '../architecture/index.ts'
import type { Architecture } from '../domain/architecture.ts'
import type { Parallelism } from '../domain/plan.ts'
import { type Shards, shardsOf } from './shards.ts'
import { layersHeld, type Stage } from './stages.ts'
import { tensorParallelParts } from './tensor-parallel.ts'

/** A tensor as one rank of a pipeline stage holds it, before data parallelism shards it. */
export interface RankTensor {
  readonly tensor: TrainableTensor
  /** Parameters of one tensor on the rank: tensor parallelism has cut it. */
  readonly parameters: number
  /** Tensors like it on the rank: the stage's layers, the rank's experts. */
  readonly count: number
  /** Parts that tensor parallelism has cut it into. */
  readonly parts: number
  readonly shards: Shards
}

/** Parameters of all tensors of this kind on the rank. */
export const rankParameters = ({ parameters, count }: RankTensor): number => parameters * count

/** Sum over tensors of the bytes of each. */
export const sumOver = <T extends RankTensor>(tensors: readonly T[], bytes: (tensor: T) => number): number =>
  tensors.reduce((sum, tensor) => sum + bytes(tensor), 0)

/** Names that belong behind the layers: head and final norm. The rest outside the layers stands before them. */
const isBehind = (tensor: TrainableTensor, { finalNorm, head }: Architecture): boolean =>
  tensor.name.startsWith(`${head.name}.`) ||
  (finalNorm !== null && tensor.name.startsWith(`${finalNorm.name}.`))

function isOnStage(tensor: TrainableTensor, stage: Stage, architecture: Architecture): boolean {
  const isTiedEmbedding =
    architecture.tiedEmbeddings && tensor.name.startsWith(`${architecture.embeddingName}.`)
  if (isTiedEmbedding) return stage.first || stage.last
  return isBehind(tensor, architecture) ? stage.last : stage.first
}

/** The tensors of a stage's rank: its layers, its part of what tensor and expert parallelism cut, embeddings and head at the ends. */
export function rankTensors(
  tensors: readonly TrainableTensor[],
  architecture: Architecture,
  parallelism: Parallelism,
  stage: Stage,
  shardLimit?: number,
): readonly RankTensor[] {
  const keyValueHeads = architecture.layers[0]?.attention.keyValueHeads ?? 1
  return tensors.flatMap((tensor) => {
    const held = heldCount(tensor, architecture, stage)
    if (held === 0) return []
    const isExpert = tensor.activeFraction < 1
    const parts = tensorParallelParts(tensor, parallelism.tp, keyValueHeads)
    return [
      {
        tensor,
        parameters: tensorSize(tensor.shape) / parts,
        count: isExpert ? held / parallelism.ep : held,
        parts,
        shards: shardsOf(parallelism, isExpert, shardLimit),
      },
    ]
  })
}

function heldCount(tensor: TrainableTensor, architecture: Architecture, stage: Stage): number {
  const { layerIndices, count } = tensor
  if (layerIndices === null) return isOnStage(tensor, stage, architecture) ? count : 0
  return (count / layerIndices.length) * layersHeld(layerIndices, stage)
}
