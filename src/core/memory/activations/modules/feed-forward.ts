import type { FeedForward, Linear, LinearRole } from '../../../domain/architecture.ts'
import { mul, split } from '../operations/pointwise.ts'
import type { PlaceKey } from '../places.ts'
import type { Value } from '../tape.ts'
import { activate } from './activation.ts'
import { type LinearPlaces, runLinear, type Scene } from './linear.ts'

export interface FeedForwardPlaces {
  readonly inside: PlaceKey
  readonly inputs: PlaceKey
}

export const mlpPlaces: FeedForwardPlaces = { inside: 'activations/mlp', inputs: 'activations/mlp-inputs' }

export const linearOf = (linears: readonly Linear[], role: LinearRole): Linear | null =>
  linears.find((linear) => linear.role === role) ?? null

/** Into the block: hidden width in, intermediate width out; and back. */
const inward = (at: FeedForwardPlaces): LinearPlaces => ({ input: at.inputs, output: at.inside })
const outward = (at: FeedForwardPlaces): LinearPlaces => ({
  input: at.inside,
  output: 'activations/residual',
})

/** down(act(gate(x))·up(x)), or down(act(up(x))). */
export function runFeedForward(
  scene: Scene,
  x: Value,
  block: Pick<FeedForward, 'activation' | 'linears'>,
  at: FeedForwardPlaces = mlpPlaces,
): Value {
  const { linears, activation } = block
  return scene.tape.scope([x], () => {
    const inner = intermediate(scene, x, linears, activation, at)
    const down = linearOf(linears, 'down')
    return down === null ? inner : runLinear(scene, inner, down, outward(at))
  })
}

function intermediate(
  scene: Scene,
  x: Value,
  linears: readonly Linear[],
  activation: string,
  at: FeedForwardPlaces,
): Value {
  const { tape } = scene
  const gate = linearOf(linears, 'gate')
  const up = linearOf(linears, 'up')
  const fused = linearOf(linears, 'gate-up')
  if (gate !== null && up !== null) {
    if (scene.settings.fusedActivation) {
      const raw = runLinear(scene, x, gate, inward(at))
      return tape.at(at.inside, () => fusedGate(scene, raw, runLinear(scene, x, up, inward(at))))
    }
    const gated = tape.at(at.inside, () => act(scene, runLinear(scene, x, gate, inward(at)), activation))
    const raised = runLinear(scene, x, up, inward(at))
    return tape.at(at.inside, () => mul(tape, gated, raised))
  }
  if (fused !== null) {
    const both = runLinear(scene, x, fused, inward(at))
    const [first, second] = split(tape, both, [0.5, 0.5])
    if (first === undefined || second === undefined) return both
    return tape.at(at.inside, () =>
      scene.settings.fusedActivation
        ? fusedGate(scene, first, second)
        : mul(tape, second, act(scene, first, activation)),
    )
  }
  if (up === null) return x
  return tape.at(at.inside, () => act(scene, runLinear(scene, x, up, inward(at)), activation))
}

const act = ({ tape, settings }: Scene, x: Value, name: string): Value =>
  activate(tape, x, name, {
    fusedBackward: settings.fusedActivation || settings.inputs.habits.fusedActivationBackward,
    autocast: settings.autocastWidth !== null,
  })

/** act(a)·b in one kernel: saves its two inputs. */
const fusedGate = ({ tape }: Scene, a: Value, b: Value): Value =>
  tape.record({
    inputs: [a, b],
    elements: a.elements,
    width: a.width,
    saves: [a, b],
    backward: (run) => {
      const first = run.like(a)
      run.give(b, run.like(b))
      run.give(a, first)
    },
  })
