import type { Layer, Norm } from '../../../domain/architecture.ts'
import { add, dropout } from '../operations/pointwise.ts'
import type { Value } from '../tape.ts'
import { type AttentionScene, runGroupedAttention } from './attention.ts'
import { runExperts } from './experts.ts'
import { runFeedForward } from './feed-forward.ts'
import { runLatentAttention } from './latent-attention.ts'
import { runNorm } from './norm.ts'

/** One decoder layer: residual stream in, residual stream out. A cross-attention layer without images is skipped. */
export function runLayer(scene: AttentionScene, x: Value, layer: Layer): Value {
  if (layer.attention.crossAttention) return x
  const { tape } = scene
  return tape.at('activations/residual', () => tape.scope([x], () => wired(scene, x, layer)))
}

function wired(scene: AttentionScene, x: Value, layer: Layer): Value {
  const [first, second, third, fourth] = layer.norms
  const normed = (value: Value, norm: Norm | undefined): Value =>
    norm === undefined ? value : runNorm(scene, value, norm)
  const attention = (value: Value): Value => residualDropout(scene, runAttention(scene, value, layer))
  const feedForward = (value: Value): Value => residualDropout(scene, runBlock(scene, value, layer))
  const { tape } = scene
  switch (layer.wiring) {
    case 'sequential': {
      const middle = add(tape, x, attention(normed(x, first)))
      return tape.scope([middle], () => add(tape, middle, feedForward(normed(middle, second))))
    }
    case 'sandwich': {
      const middle = add(tape, x, normed(attention(normed(x, first)), second))
      return tape.scope([middle], () => add(tape, middle, normed(feedForward(normed(middle, third)), fourth)))
    }
    case 'post-norm': {
      const middle = add(tape, x, normed(attention(x), first))
      return tape.scope([middle], () => add(tape, middle, normed(feedForward(middle), second)))
    }
    case 'post-residual': {
      const middle = normed(add(tape, x, attention(x)), first)
      return tape.scope([middle], () => normed(add(tape, middle, feedForward(middle)), second))
    }
    case 'parallel': {
      const shared = normed(x, first)
      const attended = attention(shared)
      return tape.scope([attended], () => {
        const fed = feedForward(second === undefined ? shared : normed(x, second))
        return add(tape, add(tape, fed, attended), x)
      })
    }
  }
}

const runAttention = (scene: AttentionScene, x: Value, { attention }: Layer): Value =>
  attention.kind === 'latent'
    ? runLatentAttention(scene, x, attention)
    : runGroupedAttention(scene, x, attention)

function runBlock(scene: AttentionScene, x: Value, { feedForward }: Layer): Value {
  return feedForward.kind === 'dense'
    ? runFeedForward(scene, x, feedForward)
    : runExperts(scene, x, feedForward)
}

const residualDropout = ({ tape, settings }: AttentionScene, x: Value): Value =>
  settings.inputs.architecture.dropout.residual > 0 ? dropout(tape, x) : x
