import type { Linear, MixtureOfExperts } from '../../../domain/architecture.ts'
import { bytesPerValue } from '../../../units.ts'
import { tokenBytes } from '../footprint.ts'
import { softmax } from '../operations/attention.ts'
import { add, cast, fromOutput, mul } from '../operations/pointwise.ts'
import { gather, scatterAdd, topShare } from '../operations/routing.ts'
import type { Tape, Value } from '../tape.ts'
import { type FeedForwardPlaces, runFeedForward } from './feed-forward.ts'
import { runLinear, type Scene } from './linear.ts'

/** Experts recorded one by one; more of them are recorded in this many equal groups. */
const MOST_RECORDED = 16

const at: FeedForwardPlaces = { inside: 'activations/experts', inputs: 'activations/experts-inputs' }
const routing = { input: at.inputs, output: at.inputs } as const

/**
 * Routed experts as the expert loop of transformers runs them: each expert gathers its tokens, computes, weights its
 * output and adds it to the result. Tokens are taken as spread evenly.
 */
export function runExperts(scene: Scene, x: Value, block: MixtureOfExperts): Value {
  const { tape } = scene
  return tape.at(at.inputs, () =>
    tape.scope([x], () => {
      const weights = route(scene, x, block)
      const routed = tape.scope([weights], () => loop(scene, x, weights, block))
      return addShared(scene, x, routed, block)
    }),
  )
}

/** Softmax over the experts and the weights of the chosen ones. */
function route(scene: Scene, x: Value, { router, expertCount, expertsPerToken }: MixtureOfExperts): Value {
  const { tape } = scene
  const linear = router ?? looseLinear(x, expertCount)
  const scores = softmax(tape, runLinear(scene, x, linear, routing))
  return cast(tape, topShare(tape, scores, expertsPerToken), x.width)
}

function loop(scene: Scene, x: Value, weights: Value, block: MixtureOfExperts): Value {
  const { tape } = scene
  const { expertCount, expertsPerToken } = block
  const groups = Math.min(expertCount, MOST_RECORDED)
  const tokens = expertsPerToken / groups
  const expert: Scene = { ...scene, weightCopies: expertCount / groups }
  const linears = block.storage === 'modules' ? block.linears : fusedLinears(x, block)
  const choices = indices(tape, weights, expertCount * expertsPerToken)
  let result = tape.record({ inputs: [x], elements: x.elements, width: x.width, requiresGrad: false })
  return tape.scope([choices], () => {
    for (let index = 0; index < groups; index++) {
      const positions = indices(tape, choices, tokens)
      const slots = indices(tape, choices, tokens)
      const own = gather(tape, x, tokens, positions)
      const output = tape.scope([own], () =>
        runFeedForward(expert, own, { activation: block.activation, linears }, at),
      )
      const weighted = mul(tape, output, gather(tape, weights, tokens / expertsPerToken, slots, positions))
      result = scatterAdd(tape, result, cast(tape, weighted, x.width), positions)
    }
    return result
  })
}

/** `perToken` indices a token, read off another tensor. */
const indices = (tape: Tape, from: Value, perToken: number): Value =>
  tape.record({
    inputs: [from],
    elements: tokenBytes(perToken),
    width: bytesPerValue.int64,
    requiresGrad: false,
  })

/** Experts that every token passes, with a gate of their own where the model has one. */
function addShared(scene: Scene, x: Value, routed: Value, { shared, sharedGate }: MixtureOfExperts): Value {
  if (shared === null) return routed
  const { tape } = scene
  const output = runFeedForward(scene, x, shared)
  if (sharedGate === null) return add(tape, routed, output)
  const gate = fromOutput(tape, runLinear(scene, x, sharedGate, routing))
  return add(tape, routed, mul(tape, gate, output))
}

const looseLinear = (x: Value, outFeatures: number): Linear => ({
  name: '',
  role: 'router',
  group: 'head',
  inFeatures: x.elements.perToken,
  outFeatures,
  bias: false,
  count: 1,
})

/** Fused expert tensors as the products they stand for; nothing adapts or quantises them. */
function fusedLinears(x: Value, { gated, intermediateSize }: MixtureOfExperts): Linear[] {
  const hidden = x.elements.perToken
  const linear = (role: Linear['role'], inFeatures: number, outFeatures: number): Linear => ({
    ...looseLinear(x, outFeatures),
    role,
    inFeatures,
  })
  const down = linear('down', intermediateSize, hidden)
  return gated
    ? [linear('gate-up', hidden, 2 * intermediateSize), down]
    : [linear('up', hidden, intermediateSize), down]
}
