import { BackwardRun } from './backward-run.ts'
import { times } from './footprint.ts'
import { holdersOf, runForward } from './forward-run.ts'
import { addBytes, emptyLedger, type Ledger } from './ledger.ts'
import { addSaved } from './measure.ts'
import { Meter, type Snapshot } from './meter.ts'
import type { ActivationInputs } from './model.ts'
import { forwardTemporary, placeIndex } from './places.ts'
import type { TailSegment } from './record.ts'

/** Final norm, head and loss: kept tensors and peaks before, in and after the loss. */
export interface TailMeasures {
  readonly saved: Ledger
  readonly forward: readonly Snapshot[]
  readonly lossForward: readonly Snapshot[]
  readonly lossBackward: readonly Snapshot[]
  readonly backward: readonly Snapshot[]
}

export function measureTail(tail: TailSegment, inputs: ActivationInputs): TailMeasures {
  const { tape, input, output, loss } = tail
  const { logits, startsAfter } = loss
  const { keepsLogits, extraLogitsBytes } = inputs.habits
  const holders = holdersOf(tape)
  const saved = emptyLedger()
  for (const storage of holders.keys()) addBytes(saved, storage.place, storage.bytes)
  addBytes(saved, output.storage.place, output.storage.bytes)

  const meter = new Meter()
  meter.add(input.storage.bytes, holders.has(input.storage) ? input.storage.place : forwardTemporary.sequence)
  let forward: Snapshot[] = []
  runForward(tape, meter, {
    saves: true,
    stopsAfterLastSave: false,
    result: output.storage,
    after: (index) => {
      if (index === startsAfter) forward = meter.restart()
    },
  })
  const lossForward = meter.restart()

  const back = new Meter()
  const run = new BackwardRun(back)
  addSaved(back, holders)
  if (logits !== null) {
    if (keepsLogits) back.add(logits.storage.bytes, placeIndex('loss/logits'))
    back.add(times(logits.elements, extraLogitsBytes), placeIndex('loss/logits'))
  }
  run.give(output, run.allocate(output.elements, output.width))
  let lossBackward: Snapshot[] = []
  run.run(tape, holders, (index) => {
    if (index === startsAfter) lossBackward = back.restart()
  })
  return { saved, forward, lossForward, lossBackward, backward: back.restart() }
}
