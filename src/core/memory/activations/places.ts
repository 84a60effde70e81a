/** Where a tensor counts in the report, and what tensor parallelism divides it by. */
export interface Place {
  readonly key: string
  readonly tensorParallel: 'split' | 'sequence'
  /** Belongs to the layers, not to what stands before and behind them. */
  readonly inLayer: boolean
  readonly formula: string
}

const place = (
  key: string,
  tensorParallel: 'split' | 'sequence',
  formula: string,
  inLayer = true,
): Place => ({ key, tensorParallel, inLayer, formula })

/** Every place, in the order of the report. */
export const places = [
  place('activations/attention', 'split', 'tensors of attention heads saved for backward'),
  place('activations/attention-inputs', 'sequence', 'inputs of attention projections saved for backward'),
  place('activations/mlp', 'split', 'tensors of intermediate width saved for backward'),
  place('activations/mlp-inputs', 'sequence', 'inputs of feed-forward projections saved for backward'),
  place('activations/experts', 'split', 'tensors of routed experts saved for backward'),
  place('activations/experts-inputs', 'sequence', 'routing and inputs of routed experts saved for backward'),
  place('activations/norms', 'sequence', 'inputs, normalised inputs and 1/rms saved by norms'),
  place('activations/adapters', 'sequence', 'low-rank tensors saved by adapters'),
  place('activations/residual', 'sequence', 'residual stream'),
  place('activations/checkpoints', 'sequence', 'layer inputs kept for recomputation'),
  place('activations/weight-casts', 'split', '16-bit copies of 32-bit weights under autocast'),
  place('activations/rotary', 'sequence', 'cosines, sines and positions', false),
  place('activations/mask', 'sequence', 'attention mask', false),
  place('activations/embedding', 'sequence', 'embedded tokens', false),
  place('activations/final-norm', 'sequence', 'final norm', false),
  place('activations/head-inputs', 'sequence', 'input of the head saved for backward', false),
  place('activations/head-cast', 'split', '16-bit copy of the head under autocast', false),
  place('loss/logits', 'split', 'logits and their copies', false),
  place('loss/log-softmax', 'split', '32-bit log-softmax saved for backward', false),
  place('loss/labels', 'sequence', 'shifted labels', false),
  place(
    'temporary/forward',
    'sequence',
    'tensors of hidden width that one operation hands to the next',
    true,
  ),
  place(
    'temporary/forward-split',
    'split',
    'tensors of one block that one operation hands to the next',
    true,
  ),
  place('temporary/backward', 'sequence', 'gradients of hidden width and temporaries of backward', true),
  place('temporary/backward-split', 'split', 'gradients inside one block and temporaries of backward', true),
  place('temporary/gradients', 'split', 'parameter gradients of the layer in work', true),
  place('temporary/dequantized-weight', 'split', 'weight of one linear in 16 bits', true),
] as const satisfies readonly Place[]

export type PlaceKey = (typeof places)[number]['key']

const indexOf = new Map<string, number>(places.map((each, index) => [each.key, index]))

/** Index of a place in `places`. */
export const placeIndex = (key: PlaceKey): number => indexOf.get(key) ?? 0

export const forwardTemporary = {
  sequence: placeIndex('temporary/forward'),
  split: placeIndex('temporary/forward-split'),
}
export const backwardTemporary = {
  sequence: placeIndex('temporary/backward'),
  split: placeIndex('temporary/backward-split'),
}
export const gradientPlace = placeIndex('temporary/gradients')
export const dequantizedPlace = placeIndex('temporary/dequantized-weight')

/** Place of the temporaries that stand beside a tensor of this place. */
export const temporaryBeside = (index: number, direction: 'forward' | 'backward'): number =>
  (direction === 'forward' ? forwardTemporary : backwardTemporary)[
    places[index]?.tensorParallel ?? 'sequence'
  ]
