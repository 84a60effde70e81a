import { bytesPerValue } from '../../units.ts'
import { constantBytes, type Footprint, noBytes, positionBytes, scoreBytes, tokenBytes } from './footprint.ts'
import type { Segment } from './measure.ts'
import type { ActivationInputs } from './model.ts'
import type { AttentionScene } from './modules/attention.ts'
import { runLayer } from './modules/layer.ts'
import { parameter } from './modules/linear.ts'
import { type Loss, runLoss } from './modules/loss.ts'
import { runNorm } from './modules/norm.ts'
import { dropout } from './operations/pointwise.ts'
import { type LayerVariant, type Settings, settingsOf } from './settings.ts'
import { bytesOf, Tape, type Value } from './tape.ts'

export interface TailSegment extends Segment {
  readonly loss: Loss
}

export interface LayerSegment extends Segment {
  readonly mask: Value | null
  readonly slidingWindow: number | null
}

export interface Recorded {
  readonly layers: readonly { readonly indices: readonly number[]; readonly segment: LayerSegment }[]
  readonly embedding: Segment
  readonly tail: TailSegment
  /** Tables that all layers read: cosines and sines. */
  readonly shared: readonly Value[]
  /** Masks, one for each kind of window, which checkpoints keep as arguments. */
  readonly masks: readonly Value[]
  /** Position ids, which checkpoints keep as arguments. */
  readonly positions: Footprint
  readonly embedded: Footprint
  readonly embeddingTrains: boolean
  readonly embeddingGradient: Footprint
  readonly tied: boolean
}

/** Families whose norms multiply in fp32 keep cosines and sines in fp32 too (OLMo). */
const wideTables: ReadonlySet<string> = new Set(['rms-wide', 'layer-no-parameters'])

/** Records every kind of layer once, the embedding before them and the head behind them. */
export function recordModel(inputs: ActivationInputs): Recorded {
  const settings = settingsOf(inputs)
  const { architecture } = inputs
  const streamWidth = settings.plainWidth
  const wide = wideTables.has(architecture.finalNorm?.kind ?? 'none')
  const tables = { ...rotaryTables(inputs, wide ? 4 : streamWidth), castsBack: wide }
  const layers = variantsOf(inputs, settings).map((variant) => ({
    indices: variant.indices,
    segment: recordLayer(settings, variant, tables, streamWidth),
  }))
  const rotary = architecture.layers.some(({ attention }) => attention.positions === 'rotary')
  return {
    layers,
    embedding: recordEmbedding(settings, streamWidth),
    tail: recordTail(settings, streamWidth),
    shared: rotary ? [tables.cosine, tables.sine] : [],
    masks: distinctMasks(layers.map(({ segment }) => segment)),
    positions: positionBytes(bytesPerValue.int64),
    embedded: bytesOf(tokenBytes(architecture.hiddenSize), streamWidth),
    embeddingTrains: settings.embeddingTrains,
    embeddingGradient: constantBytes(embeddingParameters(architecture) * streamWidth),
    tied: architecture.tiedEmbeddings && settings.headTrains,
  }
}

function distinctMasks(segments: readonly LayerSegment[]): Value[] {
  const byWindow = new Map<number | null, Value>()
  for (const { mask, slidingWindow } of segments) if (mask !== null) byWindow.set(slidingWindow, mask)
  return [...byWindow.values()]
}

function rotaryTables({ architecture }: ActivationInputs, width: number) {
  const attention = architecture.layers[0]?.attention
  const dim = attention?.kind === 'latent' ? attention.rotaryHeadDim : (attention?.headDim ?? 0)
  const elements = positionBytes(Math.round(dim * (attention?.rotaryFraction ?? 1)))
  const tape = new Tape()
  const table = () => tape.leaf(elements, width, false, 'shared', 'activations/rotary')
  return { cosine: table(), sine: table() }
}

/** Splits groups where some layers train and others do not, or where the first one gets an input without gradient. */
function variantsOf(inputs: ActivationInputs, settings: Settings): LayerVariant[] {
  const { architecture, trains, trainableLayers } = inputs
  const firstTrained = trains === 'layers' ? Math.min(...(trainableLayers ?? [0])) : 0
  const state = (index: number) => ({
    trains: trains === 'all' || (trains === 'layers' && (trainableLayers?.includes(index) ?? true)),
    inputRequiresGrad: settings.embeddingRequiresGrad || index > firstTrained,
  })
  return architecture.layers.flatMap((layer) => {
    const groups = new Map<string, LayerVariant & { indices: number[] }>()
    for (const index of layer.indices) {
      const own = state(index)
      const key = `${own.trains} ${own.inputRequiresGrad}`
      const group = groups.get(key)
      if (group === undefined) groups.set(key, { layer, ...own, indices: [index] })
      else group.indices.push(index)
    }
    return [...groups.values()]
  })
}

function recordLayer(
  settings: Settings,
  variant: LayerVariant,
  tables: AttentionScene['tables'],
  width: number,
): LayerSegment {
  const { inputs } = settings
  const tape = new Tape()
  const elements = tokenBytes(inputs.architecture.hiddenSize)
  const input = tape.leaf(elements, width, variant.inputRequiresGrad, 'value', 'activations/residual')
  const { slidingWindow } = variant.layer.attention
  const windowed = slidingWindow !== null && inputs.sequenceLength >= slidingWindow
  const masked = inputs.attention === 'eager' || (inputs.attention === 'sdpa' && (inputs.padded || windowed))
  const maskWidth = inputs.attention === 'eager' ? width : 1
  const mask = masked ? tape.leaf(maskElements(inputs), maskWidth, false, 'shared', 'activations/mask') : null
  const scene: AttentionScene = { tape, settings, trains: variant.trains, tables, mask }
  return { tape, input, output: runLayer(scene, input, variant.layer), mask, slidingWindow }
}

/** SDPA's mask without padding is one for all sequences of the micro-batch: s x s, else each sequence has its own. */
const maskElements = ({ attention, padded, sequenceLength }: ActivationInputs): Footprint =>
  attention === 'eager' || padded ? scoreBytes(1) : positionBytes(sequenceLength)

const embeddingParameters = ({
  vocabularySize,
  extraEmbeddingRows,
  embeddingSize,
}: ActivationInputs['architecture']): number => (vocabularySize + extraEmbeddingRows) * embeddingSize

function recordEmbedding(settings: Settings, width: number): Segment {
  const { architecture } = settings.inputs
  const tape = new Tape()
  const weight = parameter(tape, embeddingParameters(architecture), width, settings.embeddingTrains)
  const input = tape.leaf(noBytes, bytesPerValue.int64, false, 'shared', 'activations/embedding')
  const output = tape.at('activations/embedding', () => {
    const embedded = tape.record({
      inputs: [input, weight],
      elements: tokenBytes(architecture.hiddenSize),
      width,
      backward: (run) => run.give(weight, run.like(weight)),
    })
    return architecture.dropout.embedding > 0 ? dropout(tape, embedded) : embedded
  })
  return { tape, input, output }
}

function recordTail(settings: Settings, width: number): TailSegment {
  const { architecture, trains } = settings.inputs
  const tape = new Tape()
  const elements = tokenBytes(architecture.hiddenSize)
  const input = tape.leaf(elements, width, true, 'value', 'activations/final-norm')
  const scene = { tape, settings, trains: trains === 'all' }
  const { finalNorm } = architecture
  const normed = finalNorm === null ? input : runNorm(scene, input, finalNorm, 'activations/final-norm')
  const loss = tape.scope([normed], () => runLoss(scene, normed, architecture))
  return { tape, input, output: loss.output, loss }
}
