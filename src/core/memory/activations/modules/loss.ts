import type { Architecture } from '../../../domain/architecture.ts'
import { bytesPerValue } from '../../../units.ts'
import { constantBytes, plus, times, tokenBytes } from '../footprint.ts'
import { cast, fromOutput, scale } from '../operations/pointwise.ts'
import type { Tape, Value } from '../tape.ts'
import { parameter, plainLinear, runLinear, type Scene } from './linear.ts'

/** What the loss leaves behind. */
export interface Loss {
  readonly output: Value
  /** Null where they never exist as a whole. */
  readonly logits: Value | null
  /** Operation after which the loss begins. */
  readonly startsAfter: number
}

/** Head and cross entropy of the kind that the plan asks for. */
export function runLoss(scene: Scene, x: Value, architecture: Architecture): Loss {
  const { tape } = scene
  switch (scene.settings.inputs.loss) {
    case 'fused-linear-ce':
    case 'chunked': {
      const startsAfter = tape.operations.length - 1
      return { output: headlessLoss(scene, x, architecture), logits: null, startsAfter }
    }
    case 'fused-ce': {
      const logits = runHead(scene, x, architecture)
      const startsAfter = tape.operations.length - 1
      return { output: fusedCrossEntropy(scene, logits), logits, startsAfter }
    }
    case 'materialized': {
      const logits = runHead(scene, x, architecture)
      const startsAfter = tape.operations.length - 1
      return { output: crossEntropy(tape, logits), logits, startsAfter }
    }
  }
}

/** lm_head: logits in the compute width. Its weight is the embedding's where they are tied. */
function runHead(scene: Scene, x: Value, { head, softcapLogits }: Architecture): Value {
  const { tape, settings } = scene
  const { adaptedLinears, habits } = settings.inputs
  const at = { input: 'activations/head-inputs', output: 'loss/logits' } as const
  const plain = !adaptedLinears.has(head.name) && !habits.quantizesHead
  const logits = plain
    ? plainLinear(scene, x, head, at, settings.headTrains, settings.plainWidth)
    : runLinear({ ...scene, trains: settings.headTrains }, x, head, at)
  if (!softcapLogits) return logits
  return tape.at('loss/logits', () => scale(tape, fromOutput(tape, scale(tape, logits))))
}

const labelsOf = (tape: Tape, beside: Value): Value =>
  tape.record({
    inputs: [beside],
    elements: plus(tokenBytes(1), constantBytes(1)),
    width: bytesPerValue.int64,
    requiresGrad: false,
    place: 'loss/labels',
  })

/** Cross entropy of materialised logits in 32 bits: log-softmax is saved, everything else passes. */
function crossEntropy(tape: Tape, logits: Value): Value {
  return tape.scope([logits], () => {
    const wide = tape.at('loss/logits', () => cast(tape, logits, 4))
    const labels = labelsOf(tape, wide)
    const logSoftmax = tape.scope([wide, labels], () =>
      tape.at('loss/log-softmax', () => fromOutput(tape, wide)),
    )
    const totalWeight = tape.record({
      inputs: [labels],
      elements: constantBytes(1),
      width: 4,
      requiresGrad: false,
      place: 'loss/labels',
    })
    return tape.record({
      inputs: [logSoftmax, labels, totalWeight],
      elements: constantBytes(1),
      width: 4,
      place: 'loss/labels',
      saves: [logSoftmax, labels, totalWeight],
      backward: (run) => run.give(logSoftmax, run.like(logSoftmax)),
    })
  })
}

/** One kernel over the logits: keeps them, and at its peak `fusedLossBytes` for each of them. */
function fusedCrossEntropy({ tape, settings }: Scene, logits: Value): Value {
  const extraBytes = Math.max(0, settings.inputs.habits.fusedLossBytes - 2 * logits.width)
  const labels = labelsOf(tape, logits)
  return tape.scope([logits], () =>
    tape.record({
      inputs: [logits, labels],
      elements: constantBytes(1),
      width: 4,
      place: 'loss/labels',
      saves: [logits, labels],
      workspace: times(logits.elements, extraBytes),
      backward: (run) => {
        const gradient = run.like(logits)
        run.release(run.allocate(logits.elements, extraBytes))
        run.give(logits, gradient)
      },
    }),
  )
}

/**
 * Head and cross entropy together, chunk by chunk: no more than one chunk of logits exists. The fused kernel takes
 * h/V of the tokens at once and makes the gradients already in the forward; a chunked loss takes one of `lossChunks`
 * parts and keeps its input.
 */
function headlessLoss(scene: Scene, x: Value, { head, vocabularySize, hiddenSize }: Architecture): Value {
  const { tape, settings } = scene
  const { loss, habits } = settings.inputs
  const fused = loss === 'fused-linear-ce'
  const logitsPerToken = fused ? hiddenSize : vocabularySize / habits.lossChunks
  const workspace = tokenBytes(habits.fusedLossBytes * logitsPerToken)
  const weight = parameter(tape, head.inFeatures * head.outFeatures, settings.plainWidth, settings.headTrains)
  const gradient = tape.record({
    inputs: [x],
    elements: x.elements,
    width: x.width,
    requiresGrad: false,
    place: 'activations/head-inputs',
  })
  return tape.scope([x], () =>
    tape.record({
      inputs: [x, weight, gradient],
      elements: constantBytes(1),
      width: 4,
      place: 'loss/logits',
      workspace,
      saves: [fused ? gradient : x],
      backward: (run) => {
        if (!fused) run.release(run.allocate(workspace, 1))
        if (weight.requiresGrad) run.give(weight, run.like(weight))
        run.give(x, run.like(x))
      },
    }),
  )
}
