import type { Meter } from './meter.ts'
import { temporaryBeside } from './places.ts'
import type { Operation, Storage, Tape } from './tape.ts'

/** How often each storage is saved by the operations of a tape. */
export function holdersOf(tape: Tape): Map<Storage, number> {
  const holders = new Map<Storage, number>()
  for (const operation of tape.operations)
    for (const storage of operation.saved) holders.set(storage, (holders.get(storage) ?? 0) + 1)
  return holders
}

export interface ForwardOptions {
  /** False under checkpointing's first forward: nothing is saved. */
  readonly saves: boolean
  /** Recomputation stops as soon as the last tensor is saved. */
  readonly stopsAfterLastSave: boolean
  /** Storage that outlives the run: the segment's output. */
  readonly result: Storage | null
  /** Called when an operation has run, to split the run into phases. */
  readonly after?: (index: number) => void
}

/** Runs a tape forwards: outputs are counted when made and freed after their last use, unless saved. */
export function runForward(tape: Tape, meter: Meter, options: ForwardOptions): void {
  const saved = options.saves ? holdersOf(tape) : new Map<Storage, number>()
  const deaths = deathsByOperation(lastUses(tape))
  const counted = new Map<Storage, number>()
  const pass: Pass = { meter, counted, stays: (storage) => saved.has(storage) || storage === options.result }
  const end = options.stopsAfterLastSave ? endOfRecomputation(tape.operations) : tape.operations.length
  for (let index = 0; index < end; index++) {
    const operation = tape.operations[index]
    if (operation === undefined) continue
    runOperation(operation, pass)
    options.after?.(index)
    for (const storage of deaths.get(index) ?? []) free(storage, pass)
  }
  if (!options.stopsAfterLastSave) return
  for (const [storage, place] of counted) if (!saved.has(storage)) meter.remove(storage.bytes, place)
}

/** One run in progress. */
interface Pass {
  readonly meter: Meter
  /** Places of what is counted now. */
  readonly counted: Map<Storage, number>
  /** True of what outlives its last use. */
  readonly stays: (storage: Storage) => boolean
}

function runOperation(operation: Operation, { meter, counted, stays }: Pass): void {
  const { output, workspace } = operation
  const { storage } = output
  if (storage.lifetime === 'value' && !counted.has(storage) && !isInput(operation, storage)) {
    const place = stays(storage) ? storage.place : temporaryBeside(storage.place, 'forward')
    counted.set(storage, place)
    meter.add(storage.bytes, place)
  }
  if (storage.lifetime === 'cast' && !counted.has(storage)) {
    counted.set(storage, storage.place)
    meter.add(storage.bytes, storage.place)
  }
  if (workspace === null) return
  const place = temporaryBeside(storage.place, 'forward')
  meter.add(workspace, place)
  meter.remove(workspace, place)
}

const isInput = (operation: Operation, storage: Storage): boolean =>
  operation.inputs.some((input) => input.storage === storage)

function free(storage: Storage, { meter, counted, stays }: Pass): void {
  const place = counted.get(storage)
  if (place === undefined || stays(storage) || storage.lifetime === 'cast') return
  counted.delete(storage)
  meter.remove(storage.bytes, place)
}

/** Index of the operation that last reads a storage or in whose function it is held. */
function lastUses(tape: Tape): Map<Storage, number> {
  const last = new Map<Storage, number>()
  tape.operations.forEach((operation, index) => {
    last.set(operation.output.storage, index)
    for (const input of operation.inputs) last.set(input.storage, index)
  })
  for (const { storage, until } of tape.holds) last.set(storage, Math.max(until, last.get(storage) ?? 0))
  return last
}

function deathsByOperation(lastUse: Map<Storage, number>): Map<number, Storage[]> {
  const deaths = new Map<number, Storage[]>()
  for (const [storage, index] of lastUse) {
    const list = deaths.get(index)
    if (list === undefined) deaths.set(index, [storage])
    else list.push(storage)
  }
  return deaths
}

/** Recomputation stops as soon as the last tensor is saved: before its operation, unless that saves its output. */
function endOfRecomputation(operations: readonly Operation[]): number {
  for (let index = operations.length - 1; index >= 0; index--) {
    const operation = operations[index]
    if (operation !== undefined && operation.saved.length > 0)
      return operation.savesOutput ? index + 1 : index
  }
  return 0
}
