import {
  add,
  cast,
  fromInput,
  fromOutput,
  mapped,
  mul,
  power,
  scale,
  shift,
} from '../operations/pointwise.ts'
import type { Tape, Value } from '../tape.ts'

/**
 * silu as PyTorch's formula differentiates it: x·σ(x) saves x; its backward makes σ, 1 − σ, x(1 − σ), 1 + that, σ times
 * that and the product, all alive together. A fused kernel makes the product only.
 */
function silu(tape: Tape, x: Value, fusedBackward: boolean): Value {
  if (fusedBackward) return fromInput(tape, x)
  return mapped(tape, x, {
    saves: [x],
    backward: (run) => {
      const parts = [run.like(x), run.like(x), run.like(x), run.like(x), run.like(x)]
      const result = run.like(x)
      for (const part of parts) run.release(part)
      run.give(x, result)
    },
  })
}

export interface ActivationStyle {
  readonly fusedBackward: boolean
  readonly autocast: boolean
}

/** Autocast runs powers in 32 bits. */
const wideUnder = (tape: Tape, x: Value, autocast: boolean): Value => (autocast ? cast(tape, x, 4) : x)

/** 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), operation by operation as GPT-2 writes it. */
function geluNew(tape: Tape, x: Value, autocast: boolean): Value {
  const half = scale(tape, x)
  return tape.scope([x, half], () => {
    const inner = scale(tape, add(tape, x, scale(tape, power(tape, wideUnder(tape, x, autocast)))))
    return mul(tape, half, shift(tape, fromOutput(tape, inner)))
  })
}

/** An activation function by the name that configs give it. */
export function activate(
  tape: Tape,
  x: Value,
  name: string,
  { fusedBackward, autocast }: ActivationStyle,
): Value {
  switch (name) {
    case 'silu':
    case 'swish':
      return silu(tape, x, fusedBackward)
    case 'gelu_new':
    case 'gelu_fast':
    case 'gelu_accurate':
      return geluNew(tape, x, autocast)
    case 'quick_gelu':
      return mul(tape, x, fromOutput(tape, scale(tape, x)))
    case 'relu':
    case 'tanh':
    case 'sigmoid':
      return fromOutput(tape, x)
    case 'relu2':
      return power(tape, wideUnder(tape, fromOutput(tape, x), autocast))
    default:
      return fromInput(tape, x)
  }
}
