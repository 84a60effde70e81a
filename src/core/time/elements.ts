import type { Attention, FeedForward, Layer, MixtureOfExperts, Norm } from '../domain/architecture.ts'

/** How element-wise operations run: one kernel each, or fused over the whole block. */
export interface ElementStyle {
  readonly fused: boolean
  /** LayerNorm runs in fp32 under autocast. */
  readonly autocast: boolean
}

/**
 * Bytes a token that a norm moves, forward, 16-bit stream.
 *
 * An eager RMSNorm goes through fp32: cast (2 + 4), square and mean (4 + 4 + 4), scale (4 + 4), cast back and weight (2): 28 a value. Fused: read, write
 * and the residual's read: 6. nn.LayerNorm is one kernel with statistics (10), with casts on both sides under autocast (30).
 */
export function normBytes(norm: Norm | null, style: ElementStyle): number {
  if (norm === null) return 0
  return norm.count * norm.width * normBytesPerValue(norm.kind, style)
}

function normBytesPerValue(kind: Norm['kind'], { fused, autocast }: ElementStyle): number {
  if (fused) return 6
  if (kind.startsWith('rms')) return 28
  return autocast ? 30 : 10
}

/** Bytes a token of rotary embedding, forward: eager splits, negates, concatenates, multiplies twice and adds (20 a value), fused reads and writes (6). */
function rotaryBytes(attention: Attention, fused: boolean): number {
  if (attention.positions !== 'rotary') return 0
  const { heads, keyValueHeads, headDim, rotaryHeadDim, kind, rotaryFraction } = attention
  const rotated =
    kind === 'latent' ? (heads + 1) * rotaryHeadDim : (heads + keyValueHeads) * headDim * rotaryFraction
  return rotated * (fused ? 6 : 20)
}

/** Bytes a token of norms on queries and keys, forward. */
function queryKeyNormBytes(attention: Attention, style: ElementStyle): number {
  const perHead = attention.queryKeyNormScope === 'head'
  const query = normBytes(attention.queryNorm, style) * (perHead ? attention.heads : 1)
  const key = normBytes(attention.keyNorm, style) * (perHead ? attention.keyValueHeads : 1)
  const latent = attention.latentNorms.reduce((sum, norm) => sum + normBytes(norm, style), 0)
  return query + key + latent
}

/** Element-wise operations behind an activation: `gelu_new` is written out in Python. */
const activationOperations = (activation: string): number => (activation === 'gelu_new' ? 8 : 1)

/** Bytes a token of one feed-forward's activation, forward: read and write each operation; gated adds the product of the two branches. */
function activationBytes(
  feedForward: Pick<FeedForward, 'gated' | 'activation' | 'intermediateSize'>,
  fused: boolean,
): number {
  const { gated, activation, intermediateSize } = feedForward
  if (fused) return intermediateSize * (gated ? 6 : 4)
  return intermediateSize * (4 * activationOperations(activation) + (gated ? 6 : 0))
}

/** Bytes a token of the routed block, forward: every chosen expert's activation, and gather and scatter of the hidden state. */
function expertBytes(moe: MixtureOfExperts, hiddenSize: number, fused: boolean): number {
  const routed = moe.expertsPerToken * (activationBytes(moe, fused) + 8 * hiddenSize)
  return routed + (moe.shared === null ? 0 : activationBytes(moe.shared, fused))
}

/**
 * Bytes a token that the element-wise operations of a layer move, forward, 16-bit stream, split over tensor-parallel ranks.
 *
 * Residual additions read two values and write one (6 a value); a parallel block adds three streams at once (8).
 */
export function elementBytes(
  layer: Layer,
  hiddenSize: number,
  style: ElementStyle,
  tensorParallel: number,
): number {
  const { attention, feedForward } = layer
  const norms = layer.norms.reduce((sum, norm) => sum + normBytes(norm, style), 0)
  const residual = hiddenSize * (layer.wiring === 'parallel' ? 8 : 12)
  const block =
    feedForward.kind === 'moe'
      ? expertBytes(feedForward, hiddenSize, style.fused)
      : activationBytes(feedForward, style.fused)
  return (
    (norms + residual + rotaryBytes(attention, style.fused) + queryKeyNormBytes(attention, style) + block) /
    tensorParallel
  )
}

/** Bytes a token and visible token of eager attention, forward: scores, scaling, mask, fp32 softmax and back. */
export const eagerScoreBytes = (attention: Attention): number =>
  attention.heads * (attention.softcap ? 32 : 20)
