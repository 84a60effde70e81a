import { bytesPerValue } from '../../../units.ts'
import { constantBytes, type Footprint, plus, scoreBytes, times, tokenBytes } from '../footprint.ts'
import type { Tape, Value } from '../tape.ts'
import { cast, fromOutput, mapped } from './pointwise.ts'

/** Two 64-bit random states that a fused attention kernel saves. */
const RANDOM_STATES_BYTES = 2 * bytesPerValue.int64

/**
 * Fused attention: saves queries, keys, values, output and one 32-bit log-sum-exp a head and token. With a mask the
 * memory-efficient kernel saves its own copy of the mask (one value for each pair of positions of a sequence).
 */
export function fusedAttention(
  tape: Tape,
  [query, key, value]: readonly [Value, Value, Value],
  { heads, valueElements, mask }: { heads: number; valueElements: Footprint; mask: Value | null },
): Value {
  const needsGrad = [query, key, value].some(({ requiresGrad }) => requiresGrad)
  const bias =
    mask === null
      ? null
      : tape.record({ inputs: [mask], elements: scoreBytes(1), width: query.width, requiresGrad: false })
  const statistics = tape.record({
    inputs: [query, key, value],
    elements: tokenBytes(heads),
    width: 4,
    requiresGrad: needsGrad,
  })
  const state = tape.record({
    inputs: [query],
    elements: constantBytes(RANDOM_STATES_BYTES),
    width: 1,
    requiresGrad: needsGrad,
  })
  return tape.record({
    inputs: [query, key, value, statistics, state, ...(bias === null ? [] : [bias])],
    elements: valueElements,
    width: query.width,
    attentionResults: [statistics],
    saves: [query, key, value, statistics, state, bias ?? false],
    savesOutput: true,
    backward: (run) => {
      const gradients = [query, key, value].map((each) => ({ each, gradient: run.like(each) }))
      for (const { each, gradient } of gradients) run.give(each, gradient)
    },
  })
}

/** Batched product of two activations: each is saved where the other one needs a gradient. */
export function batchedProduct(tape: Tape, a: Value, b: Value, elements: Footprint): Value {
  return tape.record({
    inputs: [a, b],
    elements,
    width: a.width,
    saves: [a.requiresGrad && b, b.requiresGrad && a],
    backward: (run) => {
      const first = a.requiresGrad ? run.like(a) : null
      const second = b.requiresGrad ? run.like(b) : null
      if (first !== null) run.give(a, first)
      if (second !== null) run.give(b, second)
    },
  })
}

/** Softmax, in 32 bits but for old models: the input's copy is temporary, the output is saved. */
export const softmax = (tape: Tape, x: Value, width = 4): Value => fromOutput(tape, cast(tape, x, width))

/** Keys or values repeated for all query heads. */
export function repeatHeads(tape: Tape, x: Value, groups: number, isView: boolean): Value {
  if (groups === 1) return x
  return mapped(tape, x, { elements: times(x.elements, groups), ...(isView ? { viewOf: x } : {}) })
}

/** Concatenation along the width; its backward hands out views. */
export const concatenate = (tape: Tape, parts: readonly Value[]): Value =>
  tape.record({
    inputs: parts,
    elements: parts.map(({ elements }) => elements).reduce(plus),
    width: Math.max(...parts.map(({ width }) => width)),
    backward: (run, gradient) => {
      for (const part of parts) if (part.requiresGrad) run.give(part, run.share(gradient))
    },
  })
