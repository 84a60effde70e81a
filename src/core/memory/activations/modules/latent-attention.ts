import type { Attention, Norm } from '../../../domain/architecture.ts'
import { tokenBytes } from '../footprint.ts'
import { concatenate } from '../operations/attention.ts'
import { mapped, split } from '../operations/pointwise.ts'
import type { Value } from '../tape.ts'
import { type AttentionScene, attend, attentionPlaces, type Heads } from './attention.ts'
import { linearOf } from './feed-forward.ts'
import { runLinear } from './linear.ts'
import { runNorm } from './norm.ts'
import { rotate } from './rotary.ts'

/** Multi-head latent attention as DeepSeek's model class writes it: keys and values unfold from one vector a token. */
export function runLatentAttention(scene: AttentionScene, x: Value, attention: Attention): Value {
  const { tape } = scene
  return tape.scope([x], () => {
    const [passed, turned] = queries(scene, x, attention)
    const [keys, keyRotary, values] = keysAndValues(scene, x, attention)
    const heads = tape.at('activations/attention', () =>
      tape.scope([passed, turned, keys, keyRotary, values], (): Heads => {
        const fused = scene.settings.fusedRotary
        const query = concatenate(tape, [passed, rotate(tape, turned, scene.tables, 1, fused)])
        const rotated = rotate(tape, keyRotary, scene.tables, 1, fused)
        const { heads: count, rotaryHeadDim } = attention
        const wide = mapped(tape, rotated, { elements: tokenBytes(count * rotaryHeadDim), viewOf: rotated })
        return [query, concatenate(tape, [keys, wide]), values]
      }),
    )
    const mixed = tape.at('activations/attention', () =>
      tape.scope(heads, () => attend(scene, heads, attention)),
    )
    const output = linearOf(attention.linears, 'output')
    return output === null ? mixed : runLinear(scene, mixed, output, attentionPlaces.outward)
  })
}

/** The part of each query that passes and the part that is rotated. */
function queries(scene: AttentionScene, x: Value, attention: Attention): readonly [Value, Value] {
  const whole = queryOf(scene, x, attention)
  const turned = attention.rotaryHeadDim / attention.headDim
  const [passed, rotary] = split(scene.tape, whole, [1 - turned, turned])
  return [passed ?? whole, rotary ?? whole]
}

function queryOf(scene: AttentionScene, x: Value, { linears, latentNorms }: Attention): Value {
  const down = linearOf(linears, 'query-down')
  const up = linearOf(linears, 'query-up')
  if (down === null || up === null) {
    const query = linearOf(linears, 'query')
    return query === null ? x : runLinear(scene, x, query, attentionPlaces.inward)
  }
  const low = normed(scene, runLinear(scene, x, down, attentionPlaces.inward), latentNorms.at(-2))
  return runLinear(scene, low, up, attentionPlaces.inward)
}

function keysAndValues(
  scene: AttentionScene,
  x: Value,
  attention: Attention,
): readonly [Value, Value, Value] {
  const { linears, latentNorms, keyValueRank, rotaryHeadDim, headDim, valueHeadDim } = attention
  const down = linearOf(linears, 'key-value-down')
  const up = linearOf(linears, 'key-value-up')
  if (down === null || up === null) return [x, x, x]
  const low = runLinear(scene, x, down, attentionPlaces.inward)
  const share = keyValueRank / (keyValueRank + rotaryHeadDim)
  const [latent = low, rotary = low] = split(scene.tape, low, [share, 1 - share])
  const unfolded = runLinear(scene, normed(scene, latent, latentNorms.at(-1)), up, attentionPlaces.inward)
  const plainHeadDim = headDim - rotaryHeadDim
  const keyShare = plainHeadDim / (plainHeadDim + valueHeadDim)
  const [keys = unfolded, values = unfolded] = split(scene.tape, unfolded, [keyShare, 1 - keyShare])
  return [keys, rotary, values]
}

const normed = (scene: AttentionScene, x: Value, norm: Norm | undefined): Value =>
  norm === undefined ? x : runNorm(scene, x, norm, 'activations/attention')
