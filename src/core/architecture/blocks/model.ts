import type { Architecture, Layer, Linear, LooseParameter, Norm } from '../../domain/architecture.ts'
import type { Config } from '../config.ts'
import { linear } from './linear.ts'

/** Deeper models than any: stops a wrong `num_hidden_layers` before it takes minutes. */
export const MOST_LAYERS = 10_000

export interface ModelParts {
  readonly layers: readonly Layer[]
  readonly finalNorm: Norm | null
  readonly embeddingName?: string
  readonly embeddingSize?: number
  readonly embeddingNorm?: Norm | null
  readonly extraEmbeddingRows?: number
  readonly headName?: string
  readonly headBias?: boolean
  /** Default of the family's config class. */
  readonly tied: boolean
  readonly linears?: readonly Linear[]
  readonly loose?: readonly LooseParameter[]
  readonly softcapLogits?: boolean
  readonly dropout?: Architecture['dropout']
}

/** Puts the parts of a decoder together with what every config says alike: sizes, vocabulary, head, tying. */
export function decoder(config: Config, parts: ModelParts): Architecture {
  const hiddenSize = config.size('hidden_size')
  const vocabularySize = config.size('vocab_size')
  const embeddingSize = parts.embeddingSize ?? hiddenSize
  const headName = parts.headName ?? config.headName
  return {
    modelType: config.text('model_type', ''),
    hiddenSize,
    vocabularySize,
    layerCount: config.index('num_hidden_layers', 0),
    maxPositions: config.countOrNull('max_position_embeddings'),
    layers: parts.layers,
    embeddingSize,
    embeddingName: parts.embeddingName ?? `${config.root}.embed_tokens`,
    extraEmbeddingRows: parts.extraEmbeddingRows ?? 0,
    tiedEmbeddings: config.flag('tie_word_embeddings', parts.tied),
    head: linear(headName, 'head', embeddingSize, vocabularySize, parts.headBias ?? false),
    finalNorm: parts.finalNorm,
    embeddingNorm: parts.embeddingNorm ?? null,
    linears: parts.linears ?? [],
    loose: parts.loose ?? [],
    towerLinears: [],
    towerLoose: [],
    softcapLogits: parts.softcapLogits ?? false,
    dropout: parts.dropout ?? {
      embedding: 0,
      attention: config.fraction('attention_dropout', 0),
      residual: 0,
    },
  }
}

/** Groups layers that are alike: `kindOf` names what sets a layer apart, `build` makes one layer of that kind. */
export function groupLayers<Kind extends string>(
  config: Config,
  kindOf: (index: number) => Kind,
  build: (kind: Kind, index: number) => Omit<Layer, 'indices'>,
): readonly Layer[] {
  const count = config.size('num_hidden_layers')
  if (count > MOST_LAYERS) throw config.error('num_hidden_layers', `= ${count}, more than ${MOST_LAYERS}`)
  const groups = new Map<Kind, number[]>()
  for (let index = 0; index < count; index++) {
    const kind = kindOf(index)
    const group = groups.get(kind)
    if (group === undefined) groups.set(kind, [index])
    else group.push(index)
  }
  return [...groups].map(([kind, indices]) => ({ indices, ...build(kind, indices[0] ?? 0) }))
}

/** Layers that are all alike. */
export const sameLayers = (config: Config, layer: Omit<Layer, 'indices'>): readonly Layer[] =>
  groupLayers(
    config,
    () => 'all',
    () => layer,
  )

/** Learned positions: an embedding table of their own. */
export const learnedPositions = (name: string, positions: number, width: number): LooseParameter => ({
  name,
  group: 'embedding',
  shape: [positions, width],
  count: 1,
  kind: 'embedding',
})
