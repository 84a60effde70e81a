import type { Architecture } from '../../../domain/architecture.ts'
import { constantBytes, plus, tokenBytes } from '../footprint.ts'
import { cast, fromOutput, scale } from '../operations/pointwise.ts'
import type { Value } from '../tape.ts'
import { plainLinear, type Scene } from './linear.ts'

/** lm_head: logits in the compute width. Its weight is the embedding's where they are tied. */
export function runHead(scene: Scene, x: Value, architecture: Architecture): Value {
  const { tape, settings } = scene
  const at = { input: 'activations/head-inputs', output: 'loss/logits' } as const
  const logits = plainLinear(scene, x, architecture.head, at, settings.headTrains, settings.plainWidth)
  if (!architecture.softcapLogits) return logits
  return tape.at('loss/logits', () => scale(tape, fromOutput(tape, scale(tape, logits))))
}

/** Cross entropy of materialised logits in 32 bits: log-softmax is saved, everything else passes. */
export function crossEntropy({ tape }: Scene, logits: Value): Value {
  return tape.scope([logits], () => {
    const wide = tape.at('loss/logits', () => cast(tape, logits, 4))
    const labels = tape.record({
      inputs: [wide],
      elements: plus(tokenBytes(1), constantBytes(1)),
      width: 8,
      requiresGrad: false,
      place: 'loss/labels',
    })
    const logSoftmax = tape.scope([wide, labels], () =>
      tape.at('loss/log-softmax', () =>
        tape.record({
          inputs: [wide],
          elements: wide.elements,
          width: 4,
          savesOutput: true,
          backward: (run) => run.give(wide, run.like(wide)),
        }),
      ),
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
