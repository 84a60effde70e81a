import { BackwardRun } from './backward-run.ts'
import { holdersOf, runForward } from './forward-run.ts'
import { addBytes, emptyLedger, type Ledger } from './ledger.ts'
import { Meter, type Snapshot } from './meter.ts'
import type { ActivationInputs } from './model.ts'
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

/** How a segment is checkpointed. */
export interface Checkpointing {
  readonly kind: ActivationInputs['gradientCheckpointing']
  readonly reentrant: boolean
}

/** Walks a segment forwards and backwards. One that needs no gradient keeps nothing. */
export function measureSegment(segment: Segment, checkpointing: Checkpointing): Measures {
  const checkpointed = checkpointing.kind !== 'none' && segment.output.requiresGrad
  const holders = holdersOf(segment.tape)
  const saved = emptyLedger()
  const casts = emptyLedger()
  for (const storage of holders.keys())
    if (!checkpointed && storage.lifetime !== 'shared') addBytes(saved, storage.place, storage.bytes)
  if (checkpointed) addKept(saved, segment, checkpointing)
  for (const { output } of segment.tape.operations)
    if (output.storage.lifetime === 'cast' && (checkpointed || !holders.has(output.storage)))
      addBytes(casts, output.storage.place, output.storage.bytes)
  const keepsInput = checkpointed || holders.has(segment.input.storage)
  return {
    saved,
    casts,
    keepsInput,
    forward: forwardPeaks(segment, holders, checkpointed),
    backward: segment.output.requiresGrad ? backwardPeaks(segment, holders, checkpointing) : [],
    readsShared: [...holders.keys()].some(({ lifetime }) => lifetime === 'shared'),
  }
}

/**
 * What checkpointing keeps of a layer: its input (in host memory when offloaded); selectively also the outputs of
 * attention and of every second matrix product.
 */
function addKept(saved: Ledger, { tape, input }: Segment, { kind }: Checkpointing): void {
  if (kind !== 'offload') addBytes(saved, checkpoint, input.storage.bytes)
  if (kind !== 'selective') return
  for (const operation of tape.operations) {
    const { storage } = operation.output
    if (operation.kind === 'product') addBytes(saved, storage.place, storage.bytes, 0.5)
    if (operation.kind === 'attention')
      for (const result of operation.results) addBytes(saved, result.storage.place, result.storage.bytes)
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

function backwardPeaks(
  segment: Segment,
  holders: Map<Storage, number>,
  { kind, reentrant }: Checkpointing,
): Snapshot[] {
  const { tape, input, output } = segment
  const meter = new Meter()
  const run = new BackwardRun(meter)
  run.give(output, run.allocate(output.elements, output.width, backwardTemporary.sequence))
  if (kind !== 'none') {
    meter.add(input.storage.bytes, checkpoint)
    if (holders.has(input.storage)) holders.set(input.storage, (holders.get(input.storage) ?? 0) + 1)
    runForward(tape, meter, {
      saves: true,
      stopsAfterLastSave: !reentrant,
      result: reentrant ? output.storage : null,
    })
  } else addSaved(meter, holders)
  run.run(tape, holders)
  return meter.restart()
}

/** Counts every saved tensor that is the segment's own. */
export function addSaved(meter: Meter, holders: ReadonlyMap<Storage, number>): void {
  for (const storage of holders.keys())
    if (storage.lifetime !== 'shared') meter.add(storage.bytes, storage.place)
}
