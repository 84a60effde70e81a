import type { BackwardRun } from './backward-run.ts'
import { type Footprint, noBytes, times } from './footprint.ts'
import { type PlaceKey, placeIndex } from './places.ts'

/**
 * How long memory behind a value lives:
 * `value` until its last use, `parameter` always (counted with the weights), `shared` through the whole step (cosines,
 * masks: counted once for the model), `cast` until the autocast context closes.
 */
export type Lifetime = 'value' | 'parameter' | 'shared' | 'cast'

/** Memory behind one or several views. */
export interface Storage {
  readonly bytes: Footprint
  readonly place: number
  readonly lifetime: Lifetime
}

/** A tensor in a computation graph: views of the same storage with the same gradient are one value. */
export interface Value {
  readonly storage: Storage
  /** Number of elements. */
  readonly elements: Footprint
  /** Bytes of one element. */
  readonly width: number
  readonly requiresGrad: boolean
}

/** What an operation does when its output's gradient has arrived: it hands gradients to its inputs. */
export type Backward = (run: BackwardRun, gradient: Storage) => void

export interface Operation {
  readonly inputs: readonly Value[]
  readonly output: Value
  /** Storages that the graph keeps until this operation's backward has run. */
  readonly saved: readonly Storage[]
  /** The operation saves its own output, so recomputation must run it. */
  readonly savesOutput: boolean
  /** What selective checkpointing asks: is it a matrix product, is it attention? */
  readonly kind: 'product' | 'attention' | 'other'
  /** Outputs of attention: the mixed values and the statistics. */
  readonly results: readonly Value[]
  /** Allocated and freed inside the operation. */
  readonly workspace: Footprint | null
  readonly backward: Backward | null
}

/** A value that Python keeps alive longer than its last use: a local variable of a running function. */
interface Hold {
  readonly storage: Storage
  readonly until: number
}

export interface Recording {
  readonly inputs: readonly Value[]
  readonly elements: Footprint
  readonly width: number
  /** Saved when the operation takes part in backward. */
  readonly saves?: readonly (Value | false)[]
  readonly savesOutput?: boolean
  readonly isProduct?: boolean
  /** Further outputs of a fused attention. */
  readonly attentionResults?: readonly Value[]
  readonly place?: PlaceKey
  readonly workspace?: Footprint
  readonly backward?: Backward | null
  readonly lifetime?: Lifetime
  readonly requiresGrad?: boolean
  /** The output is a view of this value: no memory of its own. */
  readonly viewOf?: Value
}

export const bytesOf = (elements: Footprint, width: number): Footprint => times(elements, width)

/** Records operations in the order in which the model's forward runs them. */
export class Tape {
  readonly operations: Operation[] = []
  readonly holds: Hold[] = []
  private here = placeIndex('activations/residual')

  /** Runs `body` with new tensors counted at `place`. */
  at<T>(place: PlaceKey, body: () => T): T {
    const before = this.here
    this.here = placeIndex(place)
    const result = body()
    this.here = before
    return result
  }

  /** Runs `body` as one Python function whose arguments or locals `held` live until it returns. */
  scope<T>(held: readonly Value[], body: () => T): T {
    const result = body()
    for (const value of held) this.hold(value)
    return result
  }

  /** Keeps a value alive up to the last operation recorded so far. */
  hold(value: Value): void {
    this.holds.push({ storage: value.storage, until: this.operations.length - 1 })
  }

  /** A tensor from outside: input of the segment, parameter, shared table. */
  leaf(
    elements: Footprint,
    width: number,
    requiresGrad: boolean,
    lifetime: Lifetime,
    place?: PlaceKey,
  ): Value {
    const storage: Storage = {
      bytes: lifetime === 'parameter' ? noBytes : bytesOf(elements, width),
      place: place === undefined ? this.here : placeIndex(place),
      lifetime,
    }
    return { storage, elements, width, requiresGrad }
  }

  record(recording: Recording): Value {
    const { inputs, elements, width } = recording
    const requiresGrad = recording.requiresGrad ?? inputs.some((input) => input.requiresGrad)
    const storage: Storage = recording.viewOf?.storage ?? {
      bytes: bytesOf(elements, width),
      place: recording.place === undefined ? this.here : placeIndex(recording.place),
      lifetime: recording.lifetime ?? 'value',
    }
    const output: Value = { storage, elements, width, requiresGrad }
    this.operations.push({
      inputs,
      output,
      saved: requiresGrad ? savedBy(recording, storage) : [],
      savesOutput: requiresGrad && recording.savesOutput === true,
      kind: recording.isProduct ? 'product' : recording.attentionResults ? 'attention' : 'other',
      results: recording.attentionResults ? [output, ...recording.attentionResults] : [],
      workspace: recording.workspace ?? null,
      backward: requiresGrad ? (recording.backward ?? null) : null,
    })
    return output
  }
}

/** What the graph keeps: parameters are counted with the weights. */
function savedBy({ saves = [], savesOutput = false }: Recording, output: Storage): Storage[] {
  const saved: Storage[] = []
  for (const value of saves) if (value && value.storage.lifetime !== 'parameter') saved.push(value.storage)
  if (savesOutput) saved.push(output)
  return saved
}
