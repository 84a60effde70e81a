import type { Architecture, Layer, Linear } from '../domain/architecture.ts'
import { type PlacedLinear, placedLinears } from './linears.ts'
import { noSuchModule, targetMatcher } from './targets.ts'
import { linearTensors, outside, parametersOf, type Tensor, tensorsOf } from './tensors.ts'

export interface AdapterRequest {
  readonly rank: number
  /** Module names as peft matches them, or `all-linear`, `attention`, `mlp`, `embeddings`. */
  readonly targets: readonly string[]
  readonly variant?: string
  /** Modules that train as full copies (peft `modules_to_save`). */
  readonly trainModules?: readonly string[]
  /** Layers that get adapters; all when null or absent. */
  readonly layers?: readonly number[] | null
}

export interface AdaptedLinear extends PlacedLinear {
  /** Layers whose linear is adapted; null outside layers. */
  readonly layerIndices: readonly number[] | null
  /** Modules with an adapter. */
  readonly count: number
  /** Trainable parameters of all of them: r·(in + out), and out more with DoRA. */
  readonly parameters: number
}

export interface Adapters {
  readonly rank: number
  readonly dora: boolean
  /** Adapted linears, the head among them when a target names it. */
  readonly linears: readonly AdaptedLinear[]
  /** Adapter of the token embedding: r·(V + h); null without. */
  readonly embedding: {
    readonly name: string
    readonly rows: number
    readonly width: number
    readonly parameters: number
  } | null
  /** Full copies of whole modules. */
  readonly copies: readonly Tensor[]
  /** Modules with an adapter in the whole model. */
  readonly moduleCount: number
  readonly adapterParameters: number
  readonly copyParameters: number
  readonly trainableParameters: number
  /** For each layer group the names of its adapted linears. */
  readonly byLayer: ReadonlyMap<Layer, ReadonlySet<string>>
}

/** Trainable parameters of one adapter: A is r·in, B is out·r, DoRA's magnitude out. */
const adapterParameters = (
  { inFeatures, outFeatures }: Pick<Linear, 'inFeatures' | 'outFeatures'>,
  rank: number,
  dora: boolean,
): number => rank * (inFeatures + outFeatures) + (dora ? outFeatures : 0)

/** Where LoRA puts its adapters and how many parameters train. */
export function adapters(architecture: Architecture, request: AdapterRequest): Adapters {
  const { rank, layers = null, trainModules = [] } = request
  const dora = request.variant === 'dora'
  const copies = copiedTensors(architecture, trainModules)
  const copied = new Set(copies.map(({ linear }) => linear?.name))
  const matched = matchedModules(architecture, request.targets)
  const linears = matched.linears
    .filter(({ linear }) => !copied.has(linear.name))
    .map((placed) => adapted(placed, { rank, dora, layers }))
    .filter(({ count }) => count > 0)
  const rows = architecture.vocabularySize + architecture.extraEmbeddingRows
  const width = architecture.embeddingSize
  const embedding = matched.embedding
    ? {
        name: architecture.embeddingName,
        rows,
        width,
        parameters: adapterParameters({ inFeatures: rows, outFeatures: width }, rank, dora),
      }
    : null
  const inLinears = linears.reduce((sum, { parameters }) => sum + parameters, 0)
  const ofAdapters = inLinears + (embedding?.parameters ?? 0)
  const ofCopies = copies.reduce((sum, tensor) => sum + parametersOf(tensor), 0)
  return {
    rank,
    dora,
    linears,
    embedding,
    copies,
    moduleCount: linears.reduce((sum, { count }) => sum + count, embedding === null ? 0 : 1),
    adapterParameters: ofAdapters,
    copyParameters: ofCopies,
    trainableParameters: ofAdapters + ofCopies,
    byLayer: namesByLayer(architecture, linears),
  }
}

function adapted(
  placed: PlacedLinear,
  { rank, dora, layers }: { rank: number; dora: boolean; layers: readonly number[] | null },
): AdaptedLinear {
  const all = placed.layer?.indices ?? null
  const layerIndices = all === null || layers === null ? all : all.filter((index) => layers.includes(index))
  const count = placed.linear.count * (layerIndices?.length ?? 1)
  return { ...placed, layerIndices, count, parameters: adapterParameters(placed.linear, rank, dora) * count }
}

function matchedModules(
  architecture: Architecture,
  targets: readonly string[],
): { readonly linears: readonly PlacedLinear[]; readonly embedding: boolean } {
  const all = placedLinears(architecture)
  const found = new Set<PlacedLinear>()
  const head: PlacedLinear = { linear: architecture.head, layer: null, count: 1 }
  let embedding = false
  for (const target of targets) {
    const matcher = targetMatcher(architecture, target)
    const linears = all.filter(({ linear }) => matcher.linear(linear))
    if (linears.length === 0 && !matcher.head && !matcher.embedding)
      throw noSuchModule('training.lora.targets', target, architecture.modelType, [
        ...all.map(({ linear }) => linear.name),
        architecture.head.name,
        architecture.embeddingName,
      ])
    for (const placed of linears) found.add(placed)
    if (matcher.head) found.add(head)
    embedding ||= matcher.embedding
  }
  return { linears: [...found], embedding }
}

/** Tensors of the modules that train as full copies; a tied head gets a copy of its own, as in peft. */
function copiedTensors(architecture: Architecture, trainModules: readonly string[]): readonly Tensor[] {
  if (trainModules.length === 0) return []
  const tensors = [
    ...tensorsOf(architecture).filter(({ tower }) => !tower),
    ...(architecture.tiedEmbeddings ? linearTensors(architecture.head, outside) : []),
  ]
  const named = (tensor: Tensor, module: string): boolean => `.${tensor.name}`.includes(`.${module}.`)
  for (const module of trainModules)
    if (!tensors.some((tensor) => named(tensor, module)))
      throw noSuchModule(
        'training.lora.train_modules',
        module,
        architecture.modelType,
        tensors.map(({ name }) => name.replace(/\.(weight|bias)$/, '')),
      )
  return tensors.filter((tensor) => trainModules.some((module) => named(tensor, module)))
}

function namesByLayer(
  architecture: Architecture,
  linears: readonly AdaptedLinear[],
): ReadonlyMap<Layer, ReadonlySet<string>> {
  const names = new Map<Layer, Set<string>>(architecture.layers.map((layer) => [layer, new Set<string>()]))
  for (const { layer, linear } of linears) if (layer !== null) names.get(layer)?.add(linear.name)
  return names
}
