import { type Tensor, tensorSize, tensorsOf, trainableTensors } from '../architecture/index.ts'
import type { Linear } from '../domain/architecture.ts'
import type { Plan } from '../domain/plan.ts'

/** What trains, as the time formulas need it. */
export interface Trained {
  /** The linear's own weight gets a gradient (in layers that train at all). */
  trains(linear: Linear): boolean
  /** LoRA rank beside the linear, 0 where there is none. */
  adapterRank(linear: Linear): number
  /** Of the layers with these indices: the share that the backward pass reaches, and the share whose weights train. */
  layers(indices: readonly number[]): { readonly reached: number; readonly share: number }
  /** Parameters that train on the busiest rank, before data parallelism shards them. */
  readonly rankParameters: number
}

/** Which weights of a plan train and which linears carry an adapter. */
export function trainedOf(plan: Plan): Trained {
  const { architecture, method, lora, trainableLayers } = plan
  const tensors = trainableTensors(architecture, method, trainableLayers, lora)
  const whole = new Set<string>()
  const adapted = new Set<string>()
  for (const { kind, linear } of tensors) {
    if (linear === null) continue
    if (kind === 'linear-weight') whole.add(linear.name)
    if (kind === 'adapter-a') adapted.add(linear.name)
  }
  return {
    trains: ({ name }) => whole.has(name),
    adapterRank: ({ name }) => (lora !== null && adapted.has(name) ? lora.rank : 0),
    layers: layerShares(plan),
    rankParameters: rankParameters(plan, tensors),
  }
}

/** With a subset of layers the backward pass stops below the lowest one that trains. */
function layerShares({ method, trainableLayers }: Plan): Trained['layers'] {
  if (method.trains !== 'layers' || trainableLayers === null) return () => ({ reached: 1, share: 1 })
  const lowest = Math.min(...trainableLayers)
  const chosen = new Set(trainableLayers)
  return (indices) => ({
    reached: indices.filter((index) => index >= lowest).length / indices.length,
    share: indices.filter((index) => chosen.has(index)).length / indices.length,
  })
}

type Sized = Pick<Tensor, 'shape' | 'count' | 'layerIndices' | 'activeFraction'>

/** Parameters of one rank: tensor parallelism splits all, pipeline stages split the layers, expert parallelism the experts. */
function rankParameters({ parallelism }: Plan, tensors: readonly Sized[]): number {
  const { tp, pp, ep } = parallelism
  return tensors.reduce((sum, { shape, count, layerIndices, activeFraction }) => {
    const stages = layerIndices === null ? 1 : pp
    const experts = activeFraction < 1 ? ep : 1
    return sum + (tensorSize(shape) * count) / tp / stages / experts
  }, 0)
}

/** Parameters of one rank's part of the model. */
export const rankWeights = (plan: Plan): number => rankParameters(plan, tensorsOf(plan.architecture))
