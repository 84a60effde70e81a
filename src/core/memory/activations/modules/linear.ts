import type { Linear } from '../../../domain/architecture.ts'
import { constantBytes, times } from '../footprint.ts'
import {
  autocastInput,
  castParameter,
  type Matrix,
  matrixProduct,
  quantizedProduct,
} from '../operations/linear.ts'
import { add, cast, copy, dropout, mapped, mul, scale } from '../operations/pointwise.ts'
import type { PlaceKey } from '../places.ts'
import { isQuantized, type Settings } from '../settings.ts'
import type { Tape, Value } from '../tape.ts'

/** What a module needs to know while it records. */
export interface Scene {
  readonly tape: Tape
  readonly settings: Settings
  /** The base weights in work train. */
  readonly trains: boolean
  /** Weights behind one recorded linear: experts recorded together. */
  readonly weightCopies?: number
}

export const parameter = (tape: Tape, elements: number, width: number, trains: boolean): Value =>
  tape.leaf(constantBytes(elements), width, trains, 'parameter')

/** Where copies of a linear's input and its output count. */
export interface LinearPlaces {
  readonly input: PlaceKey
  readonly output: PlaceKey
}

/** One linear of the model with its adapter, as peft and bitsandbytes run it. */
export function runLinear(scene: Scene, x: Value, linear: Linear, at: LinearPlaces): Value {
  return scene.tape.scope([x], () => {
    const base = isQuantized(scene.settings, linear)
      ? quantizedLinear(scene, x, linear, at)
      : plainLinear(scene, x, linear, at, scene.trains)
    if (!scene.settings.inputs.adaptedLinears.has(linear.name)) return base
    return addAdapter(scene, x, base, linear, at)
  })
}

/** nn.Linear; under autocast input, weight and bias are cast. */
export function plainLinear(
  { tape, settings, weightCopies = 1 }: Scene,
  x: Value,
  linear: Linear,
  at: LinearPlaces,
  trains: boolean,
  weightWidth = settings.weightWidth,
): Value {
  const { inFeatures, outFeatures } = linear
  const { autocastWidth } = settings
  const biasTrains = trains || settings.inputs.trains === 'biases'
  const input = tape.at(at.input, () => autocastInput(tape, x, autocastWidth))
  const width = autocastWidth ?? weightWidth
  const weight = castParameter(
    tape,
    parameter(tape, inFeatures * outFeatures * weightCopies, weightWidth, trains),
    width,
  )
  const bias = linear.bias
    ? castParameter(tape, parameter(tape, outFeatures, weightWidth, biasTrains), width)
    : null
  const kept =
    settings.inputs.precision.fp8 && linear.group !== 'head' ? narrowed(tape, input, at.input) : input
  return tape.at(at.output, () => matrixProduct(tape, input, weight, bias, linear, kept))
}

/** Products in fp8 save an 8-bit copy of their input. */
const narrowed = (tape: Tape, x: Value, place: PlaceKey): Value =>
  tape.at(place, () => tape.record({ inputs: [x], elements: x.elements, width: 1, requiresGrad: false }))

/** bitsandbytes' Linear4bit: input in the compute dtype, output in the input's. */
function quantizedLinear({ tape, settings }: Scene, x: Value, linear: Linear, at: LinearPlaces): Value {
  const input = tape.at(at.input, () => cast(tape, x, settings.computeWidth))
  return tape.at(at.output, () => cast(tape, quantizedProduct(tape, input, linear), x.width))
}

/** base + B(A(dropout(x)))·scaling, with peft's casts. */
function addAdapter(scene: Scene, x: Value, base: Value, linear: Linear, at: LinearPlaces): Value {
  const { tape, settings } = scene
  const rank = settings.inputs.lora?.rank ?? 0
  const quantized = isQuantized(settings, linear)
  const casts = settings.castsAdapterInput && (!quantized || settings.autocastWidth === null)
  const before = quantized ? tape.at(at.output, () => copy(tape, base)) : base
  const input = tape.at(at.input, () => (casts ? cast(tape, x, settings.adapterWidth) : x))
  return tape.scope([before, input], () => {
    const dropped = settings.adapterDropout ? tape.at(at.input, () => dropout(tape, input)) : input
    const down = adapterProduct(
      scene,
      dropped,
      { inFeatures: linear.inFeatures, outFeatures: rank },
      at.input,
    )
    const up = adapterProduct(scene, down, { inFeatures: rank, outFeatures: linear.outFeatures }, at.output)
    return tape.at(at.output, () => {
      const scaled = scale(tape, magnitudes(scene, before, up, linear))
      const branch = quantized && casts ? cast(tape, scaled, base.width) : scaled
      return cast(tape, add(tape, before, branch), base.width)
    })
  })
}

/**
 * DoRA: (m − 1)·base + m·B(A(x)) with a magnitude m for each output. m trains, so both factors are saved; the norm of
 * the merged weight costs copies of the weight for a moment.
 */
function magnitudes({ tape, settings }: Scene, base: Value, branch: Value, linear: Linear): Value {
  if (settings.inputs.lora?.variant !== 'dora') return branch
  const magnitude = parameter(tape, linear.outFeatures, settings.adapterWidth, true)
  const factor = mapped(tape, magnitude, {
    width: branch.width,
    workspace: times(constantBytes(linear.inFeatures * linear.outFeatures), 3 * settings.computeWidth),
  })
  return tape.scope([factor], () => add(tape, mul(tape, factor, base), mul(tape, factor, branch)))
}

function adapterProduct(
  { tape, settings, weightCopies = 1 }: Scene,
  x: Value,
  shape: Matrix,
  inputPlace: PlaceKey,
): Value {
  const input = tape.at(inputPlace, () => autocastInput(tape, x, settings.autocastWidth))
  const weight = parameter(
    tape,
    shape.inFeatures * shape.outFeatures * weightCopies,
    settings.adapterWidth,
    true,
  )
  const cast_ = castParameter(tape, weight, settings.autocastWidth ?? settings.adapterWidth)
  return tape.at('activations/adapters', () => matrixProduct(tape, input, cast_, null, shape))
}
