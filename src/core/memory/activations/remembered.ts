import { Memo } from '../../memo.ts'
import { composeModel } from './compose.ts'
import type { ActivationInputs, ActivationModel } from './model.ts'

const models = new Memo<ActivationModel>()

/** The longest window that a sequence fills: all that the model asks of its length. */
function filledWindow({ architecture, sequenceLength }: ActivationInputs): number {
  let longest = 0
  for (const { attention } of architecture.layers) {
    const window = attention.slidingWindow ?? 0
    if (window <= sequenceLength) longest = Math.max(longest, window)
  }
  return longest
}

/** The length that the model depends on: a shared SDPA mask over a filled window is as large as the sequence, else only the window counts. */
function comparedLength(inputs: ActivationInputs): number {
  const window = filledWindow(inputs)
  return window > 0 && inputs.attention === 'sdpa' && !inputs.padded ? inputs.sequenceLength : window
}

/** The model of these inputs; plans that differ in optimizer, sharding, card or sequence length share it. */
export function rememberedModel(inputs: ActivationInputs): ActivationModel {
  const sequenceLength = comparedLength(inputs)
  const { architecture, adaptedLinears, precision, lora, habits, trainableLayers, ...others } = inputs
  const key = [
    ...Object.values({ ...others, sequenceLength }),
    ...Object.values(precision),
    ...Object.values(habits),
    ...(lora === null ? [] : [lora.rank, lora.dropout, lora.variant, ...lora.trainModules]),
    '/',
    ...adaptedLinears,
    '/',
    ...(trainableLayers ?? ['all']),
  ].join(' ')
  return models.get([architecture], key, () => composeModel({ ...inputs, sequenceLength }))
}
