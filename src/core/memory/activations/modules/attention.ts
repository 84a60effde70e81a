import type { Attention } from '../../../domain/architecture.ts'
import { times, tokenBytes } from '../footprint.ts'
import {
  batchedProduct,
  fusedAttention,
  repeatHeads,
  scoreElements,
  softmax,
} from '../operations/attention.ts'
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

type Heads = readonly [Value, Value, Value]

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
function parts({ tape }: Scene, whole: Value, { heads, keyValueHeads }: Attention): Heads {
  const total = heads + 2 * keyValueHeads
  const shares = [heads / total, keyValueHeads / total, keyValueHeads / total]
  const [query, key, value] = split(tape, whole, shares)
  return [query ?? whole, key ?? whole, value ?? whole]
}

function rotateHeads(scene: AttentionScene, [query, key, value]: Heads, attention: Attention): Heads {
  if (attention.positions !== 'rotary') return [query, key, value]
  const { tape, tables, settings } = scene
  const turn = (each: Value): Value =>
    rotate(tape, each, tables, attention.rotaryFraction, settings.fusedRotary)
  return tape.scope([query, key], () => [turn(query), turn(key), value])
}

function attend(scene: AttentionScene, heads: Heads, attention: Attention): Value {
  const { tape, settings } = scene
  const [query, key, value] = heads.map((each) =>
    settings.autocastWidth === null ? each : cast(tape, each, settings.autocastWidth),
  ) as [Value, Value, Value]
  const cast_: Heads = [query, key, value]
  return settings.inputs.attention === 'eager'
    ? attendEagerly(scene, cast_, attention)
    : attendFused(scene, cast_, attention)
}

function attendFused(scene: AttentionScene, [query, key, value]: Heads, attention: Attention): Value {
  const { tape, settings, mask } = scene
  const groups = attention.heads / attention.keyValueHeads
  const flash = mask === null && query.width < 4
  const repeats = !flash || settings.inputs.habits.repeatsKeyValue ? groups : 1
  const mixed = fusedAttention(
    tape,
    [query, repeatHeads(tape, key, repeats), repeatHeads(tape, value, repeats)],
    {
      heads: attention.heads,
      valueElements: tokenBytes(attention.heads * attention.valueHeadDim),
      mask,
    },
  )
  return flash && isHeadMajor(attention) ? copy(tape, mixed) : mixed
}

function attendEagerly(scene: AttentionScene, [query, key, value]: Heads, attention: Attention): Value {
  const { tape, settings, mask } = scene
  const groups = attention.heads / attention.keyValueHeads
  const keys = repeatHeads(tape, key, groups)
  const repeated = repeatHeads(tape, value, groups)
  const copied = repeated === value && (settings.inputs.microBatchSize ?? 2) > 1
  const values = copied ? copy(tape, value) : repeated
  return tape.scope([keys, values], () => {
    const raw = scale(tape, batchedProduct(tape, query, keys, scoreElements(attention.heads)))
    const masked =
      mask === null ? softcap(tape, raw, attention) : shift(tape, softcap(tape, raw, attention), mask)
    const narrow = attention.narrowSoftmax === true && settings.autocastWidth === null
    const weights = tape.scope([masked], () =>
      cast(tape, softmax(tape, masked, narrow ? masked.width : 4), query.width),
    )
    const kept = settings.inputs.architecture.dropout.attention > 0 ? dropout(tape, weights) : weights
    return tape.scope([kept], () => {
      const elements = times(query.elements, attention.valueHeadDim / attention.headDim)
      return copy(tape, batchedProduct(tape, kept, values, elements))
    })
  })
}

/**
 * Queries put together by a concatenation or cut out of a fused projection lie head by head in memory; flash attention
 * answers in the same order, and the output projection needs a copy token by token.
 */
const isHeadMajor = ({ linears, positions, rotaryFraction }: Attention): boolean =>
  positions === 'rotary' && (rotaryFraction < 1 || linearOf(linears, 'query-key-value') !== null)

/** cap·tanh(x/cap). */
const softcap = (tape: Tape, scores: Value, { softcap: capped }: Attention): Value =>
  capped ? scale(tape, fromOutput(tape, scale(tape, scores))) : scores
