import type { Footprint } from './footprint.ts'
import type { Meter } from './meter.ts'
import { backwardTemporary, gradientPlace, temporaryBeside } from './places.ts'
import { bytesOf, type Storage, type Tape, type Value } from './tape.ts'

/** Walks a tape in reverse as the autograd engine does: gradients in, saved tensors out as soon as they are used. */
export class BackwardRun {
  private readonly meter: Meter
  /** Gradients that wait for the operation that made their value. */
  private readonly waiting = new Map<Value, Storage>()
  /** Owners of each temporary and gradient. */
  private readonly owners = new Map<Storage, number>()
  /** Place of the temporaries of the operation in work. */
  private here = backwardTemporary.sequence

  constructor(meter: Meter) {
    this.meter = meter
  }

  /** A new tensor, owned by the caller. */
  allocate(elements: Footprint, width: number, place = this.here): Storage {
    const storage: Storage = { bytes: bytesOf(elements, width), place, lifetime: 'value' }
    this.meter.add(storage.bytes, place)
    this.owners.set(storage, 1)
    return storage
  }

  /** One more owner of the same memory. */
  share(storage: Storage): Storage {
    this.owners.set(storage, (this.owners.get(storage) ?? 0) + 1)
    return storage
  }

  release(storage: Storage): void {
    const owners = (this.owners.get(storage) ?? 1) - 1
    if (owners > 0) {
      this.owners.set(storage, owners)
      return
    }
    this.owners.delete(storage)
    this.meter.remove(storage.bytes, storage.place)
  }

  /** Allocates a tensor like `value`, to be released at once or handed on. */
  like(value: Value, width = value.width): Storage {
    return this.allocate(value.elements, width)
  }

  /** Hands a gradient, with its ownership, to a value. A second gradient of the same value is added to the first. */
  give(value: Value, gradient: Storage): void {
    if (!value.requiresGrad) {
      this.release(gradient)
      return
    }
    if (value.storage.lifetime === 'parameter') {
      this.keepParameterGradient(value, gradient)
      return
    }
    const earlier = this.waiting.get(value)
    if (earlier === undefined) {
      this.waiting.set(value, gradient)
      return
    }
    const sum = this.like(value)
    this.release(earlier)
    this.release(gradient)
    this.waiting.set(value, sum)
  }

  /** The gradient's memory becomes the parameter's gradient. */
  private keepParameterGradient(value: Value, gradient: Storage): void {
    const earlier = this.waiting.get(value)
    this.meter.mark()
    this.release(gradient)
    if (earlier !== undefined) this.meter.remove(earlier.bytes, earlier.place)
    const kept: Storage = {
      bytes: bytesOf(value.elements, value.width),
      place: gradientPlace,
      lifetime: 'value',
    }
    this.meter.add(kept.bytes, gradientPlace)
    this.waiting.set(value, kept)
  }

  /**
   * Runs the tape backwards. Saved tensors must be counted in the meter already; `holders` says how many operations
   * still need each of them. `before` is told which operation comes next.
   */
  run(tape: Tape, holders: Map<Storage, number>, before?: (index: number) => void): void {
    for (let index = tape.operations.length - 1; index >= 0; index--) {
      const operation = tape.operations[index]
      if (operation === undefined) continue
      before?.(index)
      const gradient = this.waiting.get(operation.output)
      if (operation.backward !== null && gradient !== undefined) {
        this.waiting.delete(operation.output)
        this.here = temporaryBeside(operation.output.storage.place, 'backward')
        operation.backward(this, gradient)
        this.release(gradient)
      }
      for (const storage of operation.saved) drop(storage, holders, this.meter)
    }
  }
}

/** One holder less; the last one frees the memory. */
function drop(storage: Storage, holders: Map<Storage, number>, meter: Meter): void {
  if (storage.lifetime === 'shared') return
  const left = (holders.get(storage) ?? 0) - 1
  holders.set(storage, left)
  if (left === 0) meter.remove(storage.bytes, storage.place)
}
