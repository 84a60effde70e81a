import { constantBytes, type Footprint, times } from '../footprint.ts'
import { dequantizedPlace } from '../places.ts'
import type { Tape, Value } from '../tape.ts'
import { cast, mapped } from './pointwise.ts'

/** Rows of a matrix with `inFeatures` columns. */
const rowsOf = (x: Value, inFeatures: number): Footprint => times(x.elements, 1 / inFeatures)

export interface Matrix {
  readonly inFeatures: number
  readonly outFeatures: number
}

/** x·Wᵀ + b in the width of its operands: saves x (or `kept`, its narrower copy) for a weight that trains, W for an x that needs a gradient. */
export function matrixProduct(
  tape: Tape,
  x: Value,
  weight: Value,
  bias: Value | null,
  shape: Matrix,
  kept = x,
): Value {
  const { inFeatures, outFeatures } = shape
  return tape.record({
    inputs: bias === null ? [x, weight, kept] : [x, weight, kept, bias],
    elements: times(rowsOf(x, inFeatures), outFeatures),
    width: x.width,
    isProduct: true,
    saves: [weight.requiresGrad && kept, x.requiresGrad && weight],
    backward: (run) => {
      if (bias?.requiresGrad) run.give(bias, run.allocate(constantBytes(outFeatures), x.width))
      const weightGradient = weight.requiresGrad ? run.like(weight, x.width) : null
      const inputGradient = x.requiresGrad ? run.like(x) : null
      if (weightGradient !== null) run.give(weight, weightGradient)
      if (inputGradient !== null) run.give(x, inputGradient)
    },
  })
}

/**
 * Copy of a parameter in the autocast width. Copies of trainable parameters stay in autocast's cache until its context
 * closes; frozen ones are cast anew at each use.
 */
export function castParameter(tape: Tape, parameter: Value, width: number): Value {
  if (parameter.width === width) return parameter
  return mapped(tape, parameter, {
    width,
    place: 'activations/weight-casts',
    lifetime: parameter.requiresGrad ? 'cast' : 'value',
  })
}

/**
 * Product with a quantised weight: the weight is dequantised in the width of x for each pass and freed again; neither
 * x nor the weight is saved.
 */
export function quantizedProduct(tape: Tape, x: Value, shape: Matrix): Value {
  const weightElements = constantBytes(shape.inFeatures * shape.outFeatures)
  return tape.record({
    inputs: [x],
    elements: times(rowsOf(x, shape.inFeatures), shape.outFeatures),
    width: x.width,
    workspace: times(weightElements, x.width),
    backward: (run) => {
      const weight = run.allocate(weightElements, x.width, dequantizedPlace)
      const gradient = run.like(x)
      run.release(weight)
      run.give(x, gradient)
    },
  })
}

/** Casts for a product under autocast. */
export const autocastInput = (tape: Tape, x: Value, autocastWidth: number | null): Value =>
  autocastWidth === null ? x : cast(tape, x, autocastWidth)
