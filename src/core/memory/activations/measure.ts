import { BackwardRun } from './backward-run.ts'
import { holdersOf, runForward } from './forward-run.ts'
import { addBytes, emptyLedger, type Ledger } from './ledger.ts'
import { Meter, type Snapshot } from './meter.ts'
import { backwardTemporary, forwardTemporary, placeIndex } from './places.ts'
import type { Storage, Tape, Value } from './tape.ts'

/** A recorded part of the model with the value that enters it and the one that leaves it. */
export interface Segment {
  readonly tape: Tape
  readonly input: Value
  readonly output: Value
}

/** What one segment holds and how high it rises, without the rest of the model. */
export interface Measures {
  /** Kept for backward by the segment itself. */
  readonly saved: Ledger
  /** Alive besides until the autocast context closes. */
  readonly casts: Ledger
  readonly forward: readonly Snapshot[]
  readonly backward: readonly Snapshot[]
  /** The segment's input stays alive for backward. */
  readonly keepsInput: boolean
  /** Whether backward reads the shared tables. */
  readonly readsShared: boolean
}

const checkpoint = placeIndex('activations/checkpoints')

export function measureSegment(segment: Segment, checkpointed: boolean): Measures {
  const holders = holdersOf(segment.tape)
  const saved = emptyLedger()
  const casts = emptyLedger()
  for (const storage of holders.keys())
    if (!checkpointed && storage.lifetime !== 'shared') addBytes(saved, storage.place, storage.bytes)
  if (checkpointed) addBytes(saved, checkpoint, segment.input.storage.bytes)
  for (const { output } of segment.tape.operations)
    if (output.storage.lifetime === 'cast' && (checkpointed || !holders.has(output.storage)))
      addBytes(casts, output.storage.place, output.storage.bytes)
  const keepsInput = checkpointed || holders.has(segment.input.storage)
  return {
    saved,
    casts,
    keepsInput,
    forward: forwardPeaks(segment, holders, checkpointed),
    backward: backwardPeaks(segment, holders, checkpointed),
    readsShared: [...holders.keys()].some(({ lifetime }) => lifetime === 'shared'),
  }
}

function forwardPeaks(
  { tape, input, output }: Segment,
  holders: Map<Storage, number>,
  checkpointed: boolean,
): Snapshot[] {
  const meter = new Meter()
  meter.add(input.storage.bytes, inputPlace(input, holders, checkpointed))
  runForward(tape, meter, { saves: !checkpointed, stopsAfterLastSave: false, result: output.storage })
  return meter.restart()
}

const inputPlace = (input: Value, holders: Map<Storage, number>, checkpointed: boolean): number => {
  if (checkpointed) return checkpoint
  return holders.has(input.storage) ? input.storage.place : forwardTemporary.sequence
}

function backwardPeaks(segment: Segment, holders: Map<Storage, number>, checkpointed: boolean): Snapshot[] {
  const { tape, input, output } = segment
  const meter = new Meter()
  const run = new BackwardRun(meter)
  run.give(output, run.allocate(output.elements, output.width, backwardTemporary.sequence))
  if (checkpointed) {
    meter.add(input.storage.bytes, checkpoint)
    if (holders.has(input.storage)) holders.set(input.storage, (holders.get(input.storage) ?? 0) + 1)
    runForward(tape, meter, { saves: true, stopsAfterLastSave: true, result: null })
  } else addSaved(meter, holders)
  run.run(tape, holders)
  return meter.restart()
}

/** Counts every saved tensor that is the segment's own. */
export function addSaved(meter: Meter, holders: ReadonlyMap<Storage, number>): void {
  for (const storage of holders.keys())
    if (storage.lifetime !== 'shared') meter.add(storage.bytes, storage.place)
}
