import {
  isAdapter,
  type Tensor,
  type TrainableTensor,
  tensorsOf,
  trainableTensors,
} from '../architecture/index.ts'
import type { Plan } from '../domain/plan.ts'
import type { MemoryHabits } from '../domain/stack-memory.ts'
import { Memo } from '../memo.ts'
import { type RankTensor, rankTensors } from './rank-tensors.ts'
import type { Stage } from './stages.ts'

/** Tensors of one rank of a stage, by what happens to them. */
export interface StageTensors {
  readonly stage: Stage
  /** The model's own tensors that do not train. */
  readonly frozen: readonly RankTensor[]
  /** The model's own tensors that train. */
  readonly trained: readonly RankTensor[]
  /** Adapters, and modules that train as full copies beside their frozen originals. */
  readonly adapters: readonly RankTensor[]
  readonly copies: readonly RankTensor[]
}

type Model = Pick<Plan, 'architecture' | 'method' | 'trainableLayers' | 'lora' | 'parallelism'>

/** The model's own tensors; a stack that unties the head gives it weights of its own. */
function ownTensors(
  { architecture }: Model,
  habits: Pick<MemoryHabits, 'unties_embeddings'>,
): readonly Tensor[] {
  const tensors = tensorsOf(architecture)
  if (!architecture.tiedEmbeddings || !habits.unties_embeddings) return tensors
  const { head } = architecture
  const untied: Tensor = {
    name: `${head.name}.weight`,
    group: 'head',
    shape: [head.outFeatures, head.inFeatures],
    count: 1,
    kind: 'linear-weight',
    linear: head,
    layerIndices: null,
    tower: false,
    activeFraction: 1,
  }
  return [...tensors, untied]
}

/** What of the model's own tensors stays frozen while `trained` trains: whole tensors, or their layers that are not named. */
function frozenTensors(own: readonly Tensor[], trained: readonly TrainableTensor[]): readonly Tensor[] {
  const training = new Map(trained.map((tensor) => [tensor.name, tensor]))
  return own.flatMap((tensor) => {
    const trains = training.get(tensor.name)
    if (trains === undefined) return [tensor]
    const count = tensor.count - trains.count
    if (count <= 0) return []
    const layerIndices =
      tensor.layerIndices?.filter((index) => !(trains.layerIndices ?? []).includes(index)) ?? null
    return [{ ...tensor, count, layerIndices }]
  })
}

type Handling = Pick<MemoryHabits, 'unties_embeddings' | 'replaces_trained_modules'>

const known = new Memo<StageTensors>()

/** Every tensor of the worst rank of a stage; plans that train the same split alike share the list. */
export function stageTensors(
  plan: Model,
  stage: Stage,
  habits: Handling,
  shardLimit: number | undefined,
): StageTensors {
  const { architecture, method, trainableLayers, lora, parallelism } = plan
  const training = trainableTensors(architecture, method, trainableLayers, lora)
  const { tp, ep, dp, cp, shard } = parallelism
  const { first, last, from, to } = stage
  const { unties_embeddings: unties, replaces_trained_modules: replaces } = habits
  const key = [
    method.trains,
    tp,
    ep,
    dp,
    cp,
    shard,
    first,
    last,
    from,
    to,
    unties,
    replaces,
    shardLimit,
  ].join('/')
  return known.get([training], key, () => listTensors(plan, training, stage, habits, shardLimit))
}

function listTensors(
  plan: Model,
  training: readonly TrainableTensor[],
  stage: Stage,
  habits: Handling,
  shardLimit: number | undefined,
): StageTensors {
  const { architecture, method, parallelism } = plan
  const own = ownTensors(plan, habits)
  const onRank = (tensors: readonly TrainableTensor[]): readonly RankTensor[] =>
    rankTensors(tensors, architecture, parallelism, stage, shardLimit)
  if (method.trains === 'adapters') {
    const copied = new Set(habits.replaces_trained_modules ? training.map(({ name }) => name) : [])
    return {
      stage,
      frozen: onRank(own.filter(({ name }) => !copied.has(name))),
      trained: [],
      adapters: onRank(training.filter(isAdapter)),
      copies: onRank(training.filter((tensor) => !isAdapter(tensor))),
    }
  }
  const trained = method.trains === 'all' ? own : training
  return {
    stage,
    frozen: onRank(frozenTensors(own, trained)),
    trained: onRank(trained),
    adapters: [],
    copies: [],
  }
}
