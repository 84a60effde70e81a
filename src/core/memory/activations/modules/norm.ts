import type { Norm } from '../../../domain/architecture.ts'
import { times } from '../footprint.ts'
import { cast, fromOutput, meanOverWidth, mul, power, shift } from '../operations/pointwise.ts'
import type { PlaceKey } from '../places.ts'
import type { Tape, Value } from '../tape.ts'
import { parameter, type Scene } from './linear.ts'

/** One norm over the last `norm.width` elements of x. */
export function runNorm(scene: Scene, x: Value, norm: Norm, place: PlaceKey = 'activations/norms'): Value {
  const { tape, settings, trains } = scene
  const weightTrains = trains || (norm.bias && settings.inputs.trains === 'biases')
  const weight = parameter(tape, norm.width, settings.plainWidth, weightTrains)
  return tape.at(place, () =>
    tape.scope([x], () => {
      if (settings.fusedNorms) return fusedNorm(tape, x, norm, weight)
      switch (norm.kind) {
        case 'rms':
          return llamaNorm(tape, x, norm, weight)
        case 'rms-wide':
          return cast(tape, mul(tape, weight, rootMeanSquare(tape, x, norm.width)), x.width)
        case 'rms-no-parameters':
          return cast(tape, rootMeanSquare(tape, x, norm.width), x.width)
        case 'layer-manual':
          return manualLayerNorm(tape, x, norm, weight)
        case 'layer-no-parameters':
          return cast(tape, statisticsNorm(tape, cast(tape, x, 4), null, rowsOf(x, norm), 8), x.width)
        case 'rms-gemma':
          return gemmaNorm(tape, x, norm, weight)
        default:
          return layerNorm(scene, x, norm, weight)
      }
    }),
  )
}

/** x·rsqrt(mean x² + ε) in 32 bits, operation by operation as eager PyTorch runs it. */
function rootMeanSquare(tape: Tape, x: Value, width: number): Value {
  const wide = cast(tape, x, 4)
  const mean = meanOverWidth(tape, power(tape, wide), width)
  return tape.scope([wide, mean], () => mul(tape, wide, fromOutput(tape, shift(tape, mean))))
}

const llamaNorm = (tape: Tape, x: Value, norm: Norm, weight: Value): Value => {
  const normalised = rootMeanSquare(tape, x, norm.width)
  return tape.scope([normalised], () => mul(tape, weight, cast(tape, normalised, x.width)))
}

/** Gemma multiplies by 1 + w before it casts back. */
const gemmaNorm = (tape: Tape, x: Value, norm: Norm, weight: Value): Value => {
  const normalised = rootMeanSquare(tape, x, norm.width)
  return tape.scope([normalised], () => {
    const onePlus = shift(tape, cast(tape, weight, 4))
    return cast(tape, mul(tape, normalised, onePlus), x.width)
  })
}

/** nn.LayerNorm: saves its input and two 32-bit statistics a row; autocast runs it in 32 bits. */
function layerNorm({ tape, settings }: Scene, x: Value, norm: Norm, weight: Value): Value {
  const input = settings.autocastWidth === null ? x : cast(tape, x, 4)
  const wideWeight = settings.autocastWidth === null ? weight : cast(tape, weight, 4)
  return statisticsNorm(tape, input, wideWeight, rowsOf(input, norm), 8)
}

/** Cohere's layer norm in single 32-bit operations: centres twice, once for the variance and once for the result. */
function manualLayerNorm(tape: Tape, x: Value, norm: Norm, weight: Value): Value {
  const wide = cast(tape, x, 4)
  const mean = meanOverWidth(tape, wide, norm.width)
  const centred = (): Value => difference(tape, wide, mean)
  const variance = meanOverWidth(tape, power(tape, centred()), norm.width)
  const normalised = mul(tape, centred(), fromOutput(tape, shift(tape, variance)))
  return cast(tape, mul(tape, cast(tape, weight, 4), normalised), x.width)
}

/** x less one number a row: the row's gradient is a sum. */
const difference = (tape: Tape, x: Value, rows: Value): Value =>
  tape.record({
    inputs: [x, rows],
    elements: x.elements,
    width: x.width,
    backward: (run, gradient) => {
      run.give(rows, run.like(rows))
      run.give(x, run.share(gradient))
    },
  })

const rowsOf = (x: Value, { width }: Norm): Value['elements'] => times(x.elements, 1 / width)

/** A fused kernel: saves its input and one statistic a row. */
const fusedNorm = (tape: Tape, x: Value, norm: Norm, weight: Value): Value =>
  statisticsNorm(tape, x, weight, rowsOf(x, norm), norm.kind.startsWith('layer') ? 8 : 4)

function statisticsNorm(
  tape: Tape,
  x: Value,
  weight: Value | null,
  rows: Value['elements'],
  bytesPerRow: number,
): Value {
  const statistics = tape.record({ inputs: [x], elements: rows, width: bytesPerRow, requiresGrad: false })
  return tape.record({
    inputs: weight === null ? [x, statistics] : [x, weight, statistics],
    elements: x.elements,
    width: x.width,
    saves: [x, statistics],
    backward: (run) => {
      const gradient = run.like(x)
      if (weight?.requiresGrad) run.give(weight, run.like(weight))
      run.give(x, gradient)
    },
  })
}
