import type {
  Architecture,
  Attention,
  FeedForward,
  Layer,
  Linear,
  MixtureOfExperts,
} from '../domain/architecture.ts'
import type { MemoryHabits } from '../domain/stack-memory.ts'
import { Memo } from '../memo.ts'

type Code = Pick<MemoryHabits, 'own_model_code' | 'fuses_projections'>

/** Activation functions that transformers writes out operation by operation, as one kernel of torch. */
const kernels: Readonly<Record<string, string>> = {
  gelu_new: 'gelu_pytorch_tanh',
  gelu_fast: 'gelu_pytorch_tanh',
  gelu_accurate: 'gelu_pytorch_tanh',
  quick_gelu: 'gelu',
}

const inOneKernel = <Block extends FeedForward | MixtureOfExperts>(block: Block): Block => ({
  ...block,
  activation: kernels[block.activation] ?? block.activation,
})

/** Queries, keys or values on their own. */
export const isProjection = ({ role }: Linear): boolean =>
  role === 'query' || role === 'key' || role === 'value'

/** Name of the projection that stands for queries, keys and values. */
export const FUSED_PROJECTION = 'query_key_value'

/** Queries, keys and values as one linear. */
function fused(attention: Attention): Attention {
  const parts = attention.linears.filter(isProjection)
  const [first] = parts
  if (first === undefined || parts.length < 3 || attention.kind === 'latent') return attention
  const projection: Linear = {
    ...first,
    name: FUSED_PROJECTION,
    role: 'query-key-value',
    outFeatures: parts.reduce((sum, { outFeatures }) => sum + outFeatures, 0),
  }
  return {
    ...attention,
    linears: [projection, ...attention.linears.filter((linear) => !parts.includes(linear))],
  }
}

/**
 * The architecture as a stack's own code runs it: the same parameters in other operations. Only activations are computed from it.
 *
 * @source litgpt
 */
export function runArchitecture(
  architecture: Architecture,
  { own_model_code, fuses_projections }: Code,
): Architecture {
  if (!own_model_code) return architecture
  return known.get([architecture], `${fuses_projections}`, () => inCode(architecture, fuses_projections))
}

const known = new Memo<Architecture>()

function inCode(architecture: Architecture, fuses_projections: boolean): Architecture {
  const layers = architecture.layers.map(
    (layer: Layer): Layer => ({
      ...layer,
      attention: fuses_projections ? fused(layer.attention) : layer.attention,
      feedForward: inOneKernel(layer.feedForward),
    }),
  )
  return { ...architecture, layers, dropout: { embedding: 0, attention: 0, residual: 0 } }
}
