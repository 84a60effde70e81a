import type { Architecture } from '../domain/architecture.ts'
import type { Method } from '../domain/method.ts'
import { UserError } from '../errors.ts'
import { type AdapterRequest, type Adapters, adapters } from './adapters.ts'
import { remembered } from './remember.ts'
import { outside, type Tensor, tensorsOf } from './tensors.ts'

/** A tensor that trains: one of the model's own, a full copy of one, or a part of an adapter. */
export interface TrainableTensor extends Omit<Tensor, 'kind'> {
  readonly kind: Tensor['kind'] | 'adapter-a' | 'adapter-b' | 'adapter-magnitude'
}

export const isAdapter = ({ kind }: Pick<TrainableTensor, 'kind'>): boolean => kind.startsWith('adapter-')

/** What trains under a method: all tensors, adapters, biases alone, or whole layers. */
export function trainableTensors(
  architecture: Architecture,
  method: Trainer,
  layers: readonly number[] | null,
  lora: AdapterRequest | null,
): readonly TrainableTensor[] {
  const known = perSettings(lora ?? architecture)
  const last = known.get(method.trains)
  if (last !== undefined && last.architecture === architecture && last.layers === layers) return last.tensors
  const tensors = listTrainable(architecture, method, layers, lora)
  known.set(method.trains, { architecture, layers, tensors })
  return tensors
}

interface Listed {
  readonly architecture: Architecture
  readonly layers: readonly number[] | null
  readonly tensors: readonly TrainableTensor[]
}

/** The last list for each adapter setting: a search asks for it again and again with the same objects. */
const perSettings = remembered((_settings: object) => new Map<Trainer['trains'], Listed>())

type Trainer = Pick<Method, 'trains'>

function listTrainable(
  architecture: Architecture,
  method: Trainer,
  layers: readonly number[] | null,
  lora: AdapterRequest | null,
): readonly TrainableTensor[] {
  switch (method.trains) {
    case 'all':
      return tensorsOf(architecture)
    case 'biases':
      return tensorsOf(architecture).filter(({ kind, tower }) => kind === 'bias' && !tower)
    case 'layers':
      return layerTensors(architecture, layers)
    case 'adapters':
      if (lora === null) throw new UserError('invalid-spec', 'adapters train, but training.lora is not given')
      return adapterTensors(adapters(architecture, { ...lora, layers }))
  }
}

/** Tensors of the given layers, of all layers when null. */
function layerTensors(architecture: Architecture, layers: readonly number[] | null): readonly Tensor[] {
  const outOfRange = layers?.find((index) => index >= architecture.layerCount)
  if (outOfRange !== undefined)
    throw new UserError(
      'invalid-spec',
      `training.freeze.layers has ${outOfRange}, but the model has layers 0 to ${architecture.layerCount - 1}`,
    )
  const wanted = layers === null ? null : new Set(layers)
  return tensorsOf(architecture).flatMap((tensor) => {
    if (tensor.layerIndices === null) return []
    if (wanted === null) return [tensor]
    const layerIndices = tensor.layerIndices.filter((index) => wanted.has(index))
    const count = (tensor.count / tensor.layerIndices.length) * layerIndices.length
    return count === 0 ? [] : [{ ...tensor, layerIndices, count }]
  })
}

/** Tensors of adapters and full copies. */
function adapterTensors({ rank, dora, linears, embedding, copies }: Adapters): readonly TrainableTensor[] {
  const ofLinears = linears.flatMap(({ linear, layerIndices, count }) => {
    const like = { ...outside, group: linear.group, count, linear, layerIndices }
    return adapterParts(linear.name, [linear.inFeatures, linear.outFeatures], rank, dora).map((part) => ({
      ...like,
      ...part,
    }))
  })
  const ofEmbedding =
    embedding === null
      ? []
      : adapterParts(embedding.name, [embedding.rows, embedding.width], rank, dora).map((part) => ({
          ...part,
          ...outside,
          group: 'embedding' as const,
          count: 1,
          linear: null,
        }))
  return [...ofEmbedding, ...ofLinears, ...copies]
}

function adapterParts(
  name: string,
  [inFeatures, outFeatures]: readonly [number, number],
  rank: number,
  dora: boolean,
): readonly Pick<TrainableTensor, 'name' | 'shape' | 'kind'>[] {
  const parts: Pick<TrainableTensor, 'name' | 'shape' | 'kind'>[] = [
    { name: `${name}.lora_A.weight`, shape: [rank, inFeatures], kind: 'adapter-a' },
    { name: `${name}.lora_B.weight`, shape: [outFeatures, rank], kind: 'adapter-b' },
  ]
  if (dora)
    parts.push({ name: `${name}.lora_magnitude_vector`, shape: [outFeatures], kind: 'adapter-magnitude' })
  return parts
}
