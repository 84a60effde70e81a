import { isAdapter, parametersOf, type TrainableTensor, trainableTensors } from './architecture/index.ts'
import type { Plan } from './domain/plan.ts'
import { Memo } from './memo.ts'

interface Counts {
  readonly all: number
  readonly adapters: number
}

const counted = new Memo<Counts>()

/** Counts of a list of tensors; plans that train the same share the list. */
function countsOf({ architecture, method, trainableLayers, lora }: Plan): Counts {
  const tensors = trainableTensors(architecture, method, trainableLayers, lora)
  return counted.get([tensors], '', () => ({
    all: parametersIn(tensors),
    adapters: parametersIn(tensors.filter(isAdapter)),
  }))
}

const parametersIn = (tensors: readonly TrainableTensor[]): number =>
  tensors.reduce((sum, tensor) => sum + parametersOf(tensor), 0)

/** Parameters that train: adapters and whole modules, or the model's own tensors. */
export const trainableCount = (plan: Plan): number => countsOf(plan).all

/** Parameters of the adapters alone: whole modules train beside them, but are no room of theirs for the data. */
export const adapterParameters = (plan: Plan): number => countsOf(plan).adapters
