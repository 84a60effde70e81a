import type { Attention, Linear, LooseParameter, Norm } from '../../domain/architecture.ts'
import { isRecord } from '../../is-record.ts'
import type { Config } from '../config.ts'
import { linear } from './linear.ts'

export interface AttentionShape {
  readonly hiddenSize: number
  readonly heads: number
  readonly keyValueHeads: number
  readonly headDim: number
}

/** Heads of a config with its rules: `head_dim` where it is given, else hidden size over heads; key/value heads divide the heads. */
export function attentionShape(config: Config): AttentionShape {
  const hiddenSize = config.size('hidden_size')
  const heads = config.size('num_attention_heads')
  const keyValueHeads = config.count('num_key_value_heads', heads)
  const headDim = config.countOrNull('head_dim') ?? hiddenSize / heads
  if (!Number.isInteger(headDim))
    throw config.error(
      'num_attention_heads',
      `= ${heads}, which does not divide ${config.spelling('hidden_size')} = ${hiddenSize}`,
    )
  if (heads % keyValueHeads !== 0)
    throw config.error(
      'num_key_value_heads',
      `= ${keyValueHeads}, which does not divide the ${heads} attention heads`,
    )
  return { hiddenSize, heads, keyValueHeads, headDim }
}

/** Share of the head that is rotated, in the spelling of either generation of transformers. */
export function rotaryFraction(config: Config, key = 'partial_rotary_factor'): number {
  const rope = config.record('rope_parameters')
  const full = isRecord(rope?.full_attention) ? rope.full_attention : rope
  const fraction = full?.partial_rotary_factor
  return typeof fraction === 'number' ? fraction : config.fraction(key, 1)
}

/** What one layer's attention may differ in; everything else is the same for all families. */
export interface AttentionTraits {
  readonly queryNorm?: Norm | null
  readonly keyNorm?: Norm | null
  readonly scope?: Attention['queryKeyNormScope']
  readonly slidingWindow?: number | null
  readonly positions?: Attention['positions']
  readonly rotaryFraction?: number
  readonly softcap?: boolean
  readonly narrowSoftmax?: boolean
  readonly copiesParts?: boolean
  readonly loose?: readonly LooseParameter[]
}

const groupedWith = (
  shape: AttentionShape,
  linears: readonly Linear[],
  traits: AttentionTraits,
): Attention => ({
  kind: 'grouped',
  heads: shape.heads,
  keyValueHeads: shape.keyValueHeads,
  headDim: shape.headDim,
  valueHeadDim: shape.headDim,
  keyValueRank: 0,
  rotaryHeadDim: 0,
  linears,
  loose: traits.loose ?? [],
  queryNorm: traits.queryNorm ?? null,
  keyNorm: traits.keyNorm ?? null,
  queryKeyNormScope: traits.queryNorm ? (traits.scope ?? 'head') : 'none',
  latentNorms: [],
  slidingWindow: traits.slidingWindow ?? null,
  positions: traits.positions ?? 'rotary',
  rotaryFraction: (traits.positions ?? 'rotary') === 'rotary' ? (traits.rotaryFraction ?? 1) : 0,
  softcap: traits.softcap ?? false,
  ...(traits.narrowSoftmax ? { narrowSoftmax: true as const } : {}),
  ...(traits.copiesParts ? { copiesParts: true as const } : {}),
})

/** Attention with a linear each for queries, keys, values and output: MHA, GQA and MQA alike. */
export function groupedAttention(
  path: string,
  shape: AttentionShape,
  {
    bias = false,
    outputBias = false,
    output = 'o_proj',
  }: { bias?: boolean; outputBias?: boolean; output?: string },
  traits: AttentionTraits = {},
): Attention {
  const { hiddenSize } = shape
  const queryWidth = shape.heads * shape.headDim
  const keyWidth = shape.keyValueHeads * shape.headDim
  const linears = [
    linear(`${path}.q_proj`, 'query', hiddenSize, queryWidth, bias),
    linear(`${path}.k_proj`, 'key', hiddenSize, keyWidth, bias),
    linear(`${path}.v_proj`, 'value', hiddenSize, keyWidth, bias),
    linear(`${path}.${output}`, 'output', queryWidth, hiddenSize, outputBias),
  ]
  return groupedWith(shape, linears, traits)
}

/** Attention with one linear for queries, keys and values together. */
export function fusedAttention(
  names: { readonly queryKeyValue: string; readonly output: string },
  shape: AttentionShape,
  { bias = false, outputBias = false }: { bias?: boolean; outputBias?: boolean },
  traits: AttentionTraits = {},
): Attention {
  const { hiddenSize } = shape
  const queryWidth = shape.heads * shape.headDim
  const fusedWidth = queryWidth + 2 * shape.keyValueHeads * shape.headDim
  const linears = [
    linear(names.queryKeyValue, 'query-key-value', hiddenSize, fusedWidth, bias),
    linear(names.output, 'output', queryWidth, hiddenSize, outputBias),
  ]
  return groupedWith(shape, linears, traits)
}
