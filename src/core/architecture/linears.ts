import type { Architecture, Layer, Linear } from '../domain/architecture.ts'

/** A linear with all its like in the whole model. */
export interface PlacedLinear {
  readonly linear: Linear
  /** Layer group that it stands in; null outside layers. */
  readonly layer: Layer | null
  /** Modules in the whole model. */
  readonly count: number
}

/** Linears of one layer in the order of the forward pass. */
function linearsOfLayer({ attention, feedForward }: Layer): readonly Linear[] {
  if (feedForward.kind === 'dense') return [...attention.linears, ...feedForward.linears]
  const { router, linears, shared, sharedGate } = feedForward
  return [
    ...attention.linears,
    ...(router === null ? [] : [router]),
    ...linears,
    ...(shared?.linears ?? []),
    ...(sharedGate === null ? [] : [sharedGate]),
  ]
}

/** Every linear of the language model without the head; towers are not in it. */
export function placedLinears(architecture: Architecture): readonly PlacedLinear[] {
  const outer = architecture.linears.map((linear) => ({ linear, layer: null, count: linear.count }))
  const inner = architecture.layers.flatMap((layer) =>
    linearsOfLayer(layer).map((linear) => ({ linear, layer, count: linear.count * layer.indices.length })),
  )
  return [...outer, ...inner]
}
