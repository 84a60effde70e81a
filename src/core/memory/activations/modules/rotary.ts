import { concatenate } from '../operations/attention.ts'
import { add, cast, mapped, mul, scale, slice } from '../operations/pointwise.ts'
import type { Tape, Value } from '../tape.ts'

/** Cosines and sines of the positions, shared by all layers. */
export interface RotaryTables {
  readonly cosine: Value
  readonly sine: Value
  /** Tables wider than the heads, the result cast back to them (OLMo 2). */
  readonly castsBack: boolean
}

/** x·cos + rotate_half(x)·sin on the rotated share of the head, the rest passes. */
export function rotate(tape: Tape, x: Value, tables: RotaryTables, fraction: number, fused: boolean): Value {
  if (fused) return rotateFused(tape, x, tables)
  if (tables.castsBack) return cast(tape, rotateWhole(tape, x, tables), x.width)
  if (fraction >= 1) return rotateWhole(tape, x, tables)
  const turned = slice(tape, x, fraction)
  const passed = slice(tape, x, 1 - fraction)
  return concatenate(tape, [rotateWhole(tape, turned, tables), passed])
}

function rotateWhole(tape: Tape, x: Value, { cosine, sine }: RotaryTables): Value {
  const straight = mul(tape, x, cosine)
  const first = slice(tape, x, 0.5)
  const second = slice(tape, x, 0.5)
  return tape.scope([straight], () => {
    const half = concatenate(tape, [scale(tape, second), first])
    return add(tape, straight, mul(tape, half, sine))
  })
}

/** One kernel for the rotation: nothing but the tables is read in backward. */
const rotateFused = (tape: Tape, x: Value, { cosine, sine }: RotaryTables): Value =>
  mapped(tape, x, { inputs: [x, cosine, sine], saves: [cosine, sine] })
