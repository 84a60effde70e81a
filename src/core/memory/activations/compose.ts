import { addBytes, addLedger, emptyLedger, keyedFootprints, type Ledger } from './ledger.ts'
import { type Measures, measureSegment } from './measure.ts'
import type { Snapshot } from './meter.ts'
import type { ActivationInputs, ActivationModel, Moment } from './model.ts'
import { placeIndex } from './places.ts'
import { type Recorded, recordModel } from './record.ts'
import { measureTail } from './tail.ts'

interface Part {
  readonly indices: readonly number[]
  readonly measures: Measures
}

/** How many of a part's layers stand below one. */
const layersBelow = ({ indices }: Part, index: number): number =>
  indices.filter((each) => each < index).length

/** Puts the measures of the segments together: which layers hold what while one of them is at its peak. */
export function composeModel(inputs: ActivationInputs): ActivationModel {
  const recorded = recordModel(inputs)
  const checkpointed = inputs.gradientCheckpointing !== 'none'
  const checkpointing = { kind: inputs.gradientCheckpointing, reentrant: inputs.reentrantCheckpointing }
  const parts = recorded.layers.map(({ indices, segment }) => ({
    indices,
    measures: measureSegment(segment, checkpointing),
  }))
  const embedding = measureSegment(recorded.embedding, { kind: 'none', reentrant: false })
  const tail = measureTail(recorded.tail, inputs)
  const shared = sharedLedger(recorded, parts, checkpointed)
  const below = (index: number): Ledger => {
    const ledger = emptyLedger()
    addLedger(ledger, shared)
    addLedger(ledger, embedding.saved)
    for (const part of parts) addLedger(ledger, part.measures.saved, layersBelow(part, index))
    return ledger
  }
  const layerCount = inputs.architecture.layerCount
  const all = below(layerCount)
  const casts = castLedger(parts, layerCount)
  const after = sum(all, tail.saved)
  const keepsEmbedded = parts.some(({ indices, measures }) => indices.includes(0) && measures.keepsInput)
  /** The model's forward holds the embedded tokens until it returns. */
  const withEmbedded = (ledger: Ledger): Ledger => {
    if (!keepsEmbedded) addBytes(ledger, placeIndex('activations/embedding'), recorded.embedded)
    return ledger
  }
  return {
    afterForward: keyedFootprints(after, true),
    offloaded: keyedFootprints(offloadedLedger(recorded, inputs), true),
    forward: [
      ...parts.flatMap((part) => forwardMoments(part, below, parts, withEmbedded)),
      ...moments('logits', tail.forward, withEmbedded(sum(all, casts)), untouched),
    ],
    loss: [
      ...moments('loss forward', tail.lossForward, sum(all, casts), untouched),
      ...moments('loss backward', tail.lossBackward, all, untouched),
    ],
    backward: [
      ...moments('head', tail.backward, all, untouched),
      ...parts.flatMap((part) => backwardMoments(part, below, layerCount)),
      ...embeddingMoments(recorded, embedding, shared.slice(), layerCount),
    ],
  }
}

/** One layer input for each layer that needs a gradient. */
function offloadedLedger({ layers }: Recorded, { gradientCheckpointing }: ActivationInputs): Ledger {
  const ledger = emptyLedger()
  if (gradientCheckpointing !== 'offload') return ledger
  for (const { indices, segment } of layers)
    if (segment.output.requiresGrad)
      addBytes(ledger, placeIndex('activations/checkpoints'), segment.input.storage.bytes, indices.length)
  return ledger
}

const sum = (a: Ledger, b: Ledger): Ledger => {
  const total = a.slice()
  addLedger(total, b)
  return total
}

type Progress = Pick<Moment, 'layersDone' | 'headDone'>

/** Before any gradient of a parameter exists. */
const untouched: Progress = { layersDone: 0, headDone: false }

const moments = (name: string, peaks: readonly Snapshot[], beside: Ledger, done: Progress): Moment[] => {
  const besides = keyedFootprints(beside, true)
  return peaks.map((peak) => ({
    name,
    ...done,
    alive: [...besides, ...keyedFootprints(peak.byPlace, false)],
  }))
}

/** Casts of the first `count` layers, alive until the autocast context closes. */
function castLedger(parts: readonly Part[], count: number): Ledger {
  const ledger = emptyLedger()
  for (const part of parts) addLedger(ledger, part.measures.casts, layersBelow(part, count))
  return ledger
}

function sharedLedger(recorded: Recorded, parts: readonly Part[], checkpointed: boolean): Ledger {
  const ledger = emptyLedger()
  if (checkpointed || parts.some(({ measures }) => measures.readsShared))
    for (const table of recorded.shared) addBytes(ledger, table.storage.place, table.storage.bytes)
  if (!checkpointed) return ledger
  addBytes(ledger, placeIndex('activations/rotary'), recorded.positions)
  for (const mask of recorded.masks) addBytes(ledger, mask.storage.place, mask.storage.bytes)
  return ledger
}

/** The last layer of a group stands on all saved tensors below it. */
function forwardMoments(
  part: Part,
  below: (index: number) => Ledger,
  parts: readonly Part[],
  withEmbedded: (ledger: Ledger) => Ledger,
): Moment[] {
  const last = part.indices.at(-1) ?? 0
  const beside = sum(below(last), castLedger(parts, last))
  return moments(
    `layer ${last} forward`,
    part.measures.forward,
    last > 0 ? withEmbedded(beside) : beside,
    untouched,
  )
}

/** First and last layer of a group in the order of backward: most saved tensors, or most gradients. */
function backwardMoments(part: Part, below: (index: number) => Ledger, layerCount: number): Moment[] {
  const last = part.indices.at(-1) ?? 0
  const first = part.indices[0] ?? 0
  return [...new Set([last, first])].flatMap((index) =>
    moments(`layer ${index} backward`, part.measures.backward, below(index), {
      layersDone: layerCount - 1 - index,
      headDone: true,
    }),
  )
}

function embeddingMoments(
  recorded: Recorded,
  embedding: Measures,
  beside: Ledger,
  layerCount: number,
): Moment[] {
  if (!recorded.embeddingTrains) return []
  if (recorded.tied) addBytes(beside, placeIndex('temporary/gradients'), recorded.embeddingGradient)
  return moments('embedding', embedding.backward, beside, { layersDone: layerCount, headDone: true })
}
