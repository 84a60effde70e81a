import type {
  Architecture,
  FeedForward,
  Layer,
  Linear,
  LooseParameter,
  MixtureOfExperts,
  ModuleGroup,
  Norm,
} from '../domain/architecture.ts'
import { remembered } from './remember.ts'

/** A parameter tensor, with all its like of one layer group. */
export interface Tensor {
  /** Path with `*` for indices, as in `model.layers.*.self_attn.q_proj.weight`. */
  readonly name: string
  readonly group: ModuleGroup
  readonly shape: readonly number[]
  /** Tensors of this shape in the whole model. */
  readonly count: number
  readonly kind: 'linear-weight' | 'bias' | 'norm' | 'embedding' | 'experts' | 'other'
  /** The linear that a weight or bias belongs to. */
  readonly linear: Linear | null
  /** Layers that have it; null outside layers. */
  readonly layerIndices: readonly number[] | null
  /** Part of a vision tower or projector. */
  readonly tower: boolean
  /** Share that one token passes: experts per token over experts, else 1. */
  readonly activeFraction: number
}

type Place = Pick<Tensor, 'layerIndices' | 'tower' | 'activeFraction'>

export const outside: Place = { layerIndices: null, tower: false, activeFraction: 1 }
const inTower: Place = { layerIndices: null, tower: true, activeFraction: 1 }

/** Parameters of one tensor. */
export const tensorSize = (shape: readonly number[]): number =>
  shape.reduce((product, length) => product * length, 1)

/** Parameters of a tensor and its like in the whole model. */
export const parametersOf = (tensor: Pick<Tensor, 'shape' | 'count'>): number =>
  tensorSize(tensor.shape) * tensor.count

const copies = (place: Place): number => place.layerIndices?.length ?? 1

const biasOf = (linear: Linear, place: Place): readonly Tensor[] =>
  linear.bias
    ? [
        {
          name: `${linear.name}.bias`,
          group: linear.group,
          shape: [linear.outFeatures],
          count: linear.count * copies(place),
          kind: 'bias',
          linear,
          ...place,
        },
      ]
    : []

export const linearTensors = (linear: Linear, place: Place): readonly Tensor[] => [
  {
    name: `${linear.name}.weight`,
    group: linear.group,
    shape: [linear.outFeatures, linear.inFeatures],
    count: linear.count * copies(place),
    kind: 'linear-weight',
    linear,
    ...place,
  },
  ...biasOf(linear, place),
]

const looseKinds = { weight: 'other', bias: 'bias', embedding: 'embedding', other: 'other' } as const

const looseTensor = (loose: LooseParameter, place: Place): Tensor => ({
  name: loose.name,
  group: loose.group,
  shape: loose.shape,
  count: loose.count * copies(place),
  kind: loose.kind === 'weight' && loose.group === 'mlp' ? 'experts' : looseKinds[loose.kind],
  linear: null,
  ...place,
})

function normTensors(norm: Norm, place: Place): readonly Tensor[] {
  if (norm.kind === 'layer-no-parameters' || norm.kind === 'rms-no-parameters') return []
  const modules = norm.name.endsWith('*') ? norm.count : 1
  const shape = norm.count > modules ? [norm.count, norm.width] : [norm.width]
  const like = { group: 'norm', shape, count: modules * copies(place), linear: null, ...place } as const
  const weight: Tensor = { ...like, name: `${norm.name}.weight`, kind: 'norm' }
  return norm.bias ? [weight, { ...like, name: `${norm.name}.bias`, kind: 'bias' }] : [weight]
}

function feedForwardTensors(block: FeedForward | MixtureOfExperts, place: Place): readonly Tensor[] {
  if (block.kind === 'dense') return block.linears.flatMap((linear) => linearTensors(linear, place))
  const expertPlace = { ...place, activeFraction: block.expertsPerToken / block.expertCount }
  const always = [block.router, ...(block.shared?.linears ?? []), block.sharedGate].filter(
    (linear) => linear !== null,
  )
  return [
    ...always.flatMap((linear) => linearTensors(linear, place)),
    ...block.linears.flatMap((linear) => linearTensors(linear, expertPlace)),
    ...block.loose.map((loose) => looseTensor(loose, loose.group === 'mlp' ? expertPlace : place)),
  ]
}

function layerTensors(layer: Layer): readonly Tensor[] {
  const place: Place = { layerIndices: layer.indices, tower: false, activeFraction: 1 }
  const { attention } = layer
  const norms = [attention.queryNorm, attention.keyNorm, ...attention.latentNorms, ...layer.norms]
  return [
    ...attention.linears.flatMap((linear) => linearTensors(linear, place)),
    ...attention.loose.map((loose) => looseTensor(loose, place)),
    ...feedForwardTensors(layer.feedForward, place),
    ...norms.flatMap((norm) => (norm === null ? [] : normTensors(norm, place))),
    ...layer.loose.map((loose) => looseTensor(loose, place)),
  ]
}

/** Every parameter tensor of a model, each tied tensor once. */
export const tensorsOf = remembered(listTensors)

function listTensors(architecture: Architecture): readonly Tensor[] {
  const { head, tiedEmbeddings } = architecture
  const embedding: Tensor = {
    name: `${architecture.embeddingName}.weight`,
    group: 'embedding',
    shape: [architecture.vocabularySize + architecture.extraEmbeddingRows, architecture.embeddingSize],
    count: 1,
    kind: 'embedding',
    linear: null,
    ...outside,
  }
  const norms = [architecture.embeddingNorm, architecture.finalNorm]
  return [
    embedding,
    ...architecture.loose.map((loose) => looseTensor(loose, outside)),
    ...architecture.linears.flatMap((linear) => linearTensors(linear, outside)),
    ...norms.flatMap((norm) => (norm === null ? [] : normTensors(norm, outside))),
    ...architecture.layers.flatMap(layerTensors),
    ...(tiedEmbeddings ? biasOf(head, outside) : linearTensors(head, outside)),
    ...architecture.towerLinears.flatMap((linear) => linearTensors(linear, inTower)),
    ...architecture.towerLoose.map((loose) => looseTensor(loose, inTower)),
  ]
}
