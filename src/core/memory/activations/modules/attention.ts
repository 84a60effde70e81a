import type { Attention } from '../../../domain/architecture.ts'
import { scoreBytes, times, tokenBytes } from '../footprint.ts'
import { batchedProduct, fusedAttention, repeatHeads, softmax } from '../operations/attention.ts'
import { cast, copy, dropout, fromOutput, scale, shift, split } from '../operations/pointwise.ts'
import type { Tape, Value } from '../tape.ts'
import { linearOf } from './feed-forward.ts'
import { type LinearPlaces, runLinear, type Scene } from './linear.ts'
import { runNorm } from './norm.ts'
import { type RotaryTables, rotate } from './rotary.ts'

export interface AttentionScene extends Scene {
  readonly tables: RotaryTables
  /** Boolean mask for SDPA or additive mask for eager attention, null where the kernel is causal by itself. */
  readonly mask: Value | null
}

const inward: LinearPlaces = { input: 'activations/attention-inputs', output: 'activations/attention' }
const outward: LinearPlaces = { input: 'activations/attention', output: 'activations/residual' }

/** Where the copies and outputs of attention's linears count. */
export const attentionPlaces = { inward, outward } as const

/** Queries, keys and values. */
export type Heads = readonly [Value, Value, Value]

/** Grouped-query attention as the model classes of transformers write it. */
export function runGroupedAttention(scene: AttentionScene, x: Value, attention: Attention): Value {
  const { tape } = scene
  return tape.scope([x], () => {
    const [query, key, value] = projections(scene, x, attention)
    const rotated = tape.at('activations/attention', () => rotateHeads(scene, [query, key, value], attention))
    const mixed = tape.at('activations/attention', () =>
      tape.scope(rotated, () => attend(scene, rotated, attention)),
    )
    const output = linearOf(attention.linears, 'output')
    return output === null ? mixed : runLinear(scene, mixed, output, outward)
  })
}

function projections(scene: AttentionScene, x: Value, attention: Attention): Heads {
  const { linears } = attention
  const fused = linearOf(linears, 'query-key-value')
  if (fused !== null) return parts(scene, runLinear(scene, x, fused, inward), attention)
  const [query, key, value] = (['query', 'key', 'value'] as const).map((role) => {
    const linear = linearOf(linears, role)
    const projected = linear === null ? x : runLinear(scene, x, linear, inward)
    const norm = role === 'query' ? attention.queryNorm : role === 'key' ? attention.keyNorm : null
    return norm === null ? projected : runNorm(scene, projected, norm, 'activations/attention')
  })
  return [query ?? x, key ?? x, value ?? x]
}

/** Queries, keys and values as parts of one projection. */
function parts({ tape }: Scene, whole: Value, { heads, keyValueHeads, copiesParts }: Attention): Heads {
  const total = heads + 2 * keyValueHeads
  const shares = [heads / total, keyValueHeads / total, keyValueHeads / total]
  const [query, key, value] = split(tape, whole, shares)
  if (query === undefined || key === undefined || value === undefined) return [whole, whole, whole]
  return copiesParts ? [query, copy(tape, key), copy(tape, value)] : [query, key, value]
}

function rotateHeads(scene: AttentionScene, [query, key, value]: Heads, attention: Attention): Heads {
  if (attention.positions !== 'rotary') return [query, key, value]
  const { tape, tables, settings } = scene
  const turn = (each: Value): Value =>
    rotate(tape, each, tables, attention.rotaryFraction, settings.fusedRotary)
  return tape.scope([query, key], () => [turn(query), turn(key), value])
}

/** Scores, softmax and their product with the values, fused or eager. */
export function attend(scene: AttentionScene, heads: Heads, attention: Attention): Value {
  const { tape, settings } = scene
  const [query, key, value] = heads.map((each) =>
    settings.autocastWidth === null ? each : cast(tape, each, settings.autocastWidth),
  ) as [Value, Value, Value]
  const cast_: Heads = [query, key, value]
  return settings.inputs.attention === 'eager'
    ? attendEagerly(scene, cast_, attention)
    : attendFused(scene, cast_, attention)
}

function attendFused(scene: AttentionScene, heads: Heads, attention: Attention): Value {
  const { tape, settings, mask } = scene
  const [query, key, value] = heads
  const flash = mask === null && query.width < 4 && attention.headDim === attention.valueHeadDim
  const repeats = !flash || settings.inputs.habits.repeatsKeyValue
  const [keys, values] = repeats ? repeated(tape, [key, value], attention) : [key, value]
  const contiguous = mask === null && !flash && repeatsOnce(attention) ? copy(tape, values) : values
  const mixed = fusedAttention(tape, [query, keys, contiguous], {
    heads: attention.heads,
    valueElements: tokenBytes(attention.heads * attention.valueHeadDim),
    mask,
  })
  return flash && isHeadMajor(attention) ? copy(tape, mixed) : mixed
}

function attendEagerly(scene: AttentionScene, heads: Heads, attention: Attention): Value {
  const { tape, settings, mask } = scene
  const [query, key, value] = batchable(scene, heads, attention)
  return tape.scope([key, value], () => {
    const raw = scale(tape, batchedProduct(tape, query, key, scoreBytes(attention.heads)))
    const capped = softcap(tape, raw, attention)
    const masked = mask === null ? capped : shift(tape, capped, mask)
    const narrow = attention.narrowSoftmax === true && settings.autocastWidth === null
    const weights = tape.scope([masked], () =>
      cast(tape, softmax(tape, masked, narrow ? masked.width : 4), query.width),
    )
    const kept = settings.inputs.architecture.dropout.attention > 0 ? dropout(tape, weights) : weights
    return tape.scope([kept], () => {
      const elements = times(query.elements, attention.valueHeadDim / attention.headDim)
      return copy(tape, batchedProduct(tape, kept, value, elements))
    })
  })
}

/** Queries, keys and values as one batch of matrices: several sequences force a copy of what is a view. */
function batchable({ tape, settings }: AttentionScene, heads: Heads, attention: Attention): Heads {
  const [query, key, value] = heads
  const [keys, values] = repeated(tape, [key, value], attention)
  if ((settings.inputs.microBatchSize ?? 2) === 1) return [query, keys, values]
  const isView = attention.heads === attention.keyValueHeads || attention.keyValueHeads === 1
  const rotates = attention.positions === 'rotary'
  const fresh = (each: Value): Value => copy(tape, each)
  return [
    rotates || !isFused(attention) ? query : fresh(query),
    isView && (attention.keyValueHeads === 1 || (isFused(attention) && !rotates)) ? fresh(keys) : keys,
    isView ? fresh(values) : values,
  ]
}

/** Keys and values for all query heads; those of a single head are repeated by a view. */
function repeated(
  tape: Tape,
  [key, value]: readonly [Value, Value],
  { heads, keyValueHeads }: Attention,
): [Value, Value] {
  const groups = heads / keyValueHeads
  const isView = keyValueHeads === 1
  return [repeatHeads(tape, key, groups, isView), repeatHeads(tape, value, groups, isView)]
}

/** The memory-efficient kernel’s caller repeats keys and values even once: a copy of what is a view of the fused projection. */
const repeatsOnce = (attention: Attention): boolean =>
  attention.kind === 'latent' ||
  (isFused(attention) &&
    attention.positions === 'rotary' &&
    attention.rotaryFraction === 1 &&
    attention.copiesParts !== true)

const isFused = ({ linears }: Attention): boolean => linearOf(linears, 'query-key-value') !== null

/**
 * Queries put together by a concatenation or cut out of a fused projection lie head by head in memory; flash attention
 * answers in the same order, and the output projection needs a copy token by token.
 */
const isHeadMajor = (attention: Attention): boolean =>
  attention.positions === 'rotary' &&
  (attention.rotaryFraction < 1 || (isFused(attention) && attention.copiesParts !== true))

/** cap·tanh(x/cap). */
const softcap = (tape: Tape, scores: Value, { softcap: capped }: Attention): Value =>
  capped ? scale(tape, fromOutput(tape, scale(tape, scores))) : scores
