import { bytesPerValue } from '../../../units.ts'
import { times, tokenBytes } from '../footprint.ts'
import type { Tape, Value } from '../tape.ts'
import { mapped } from './pointwise.ts'

/**
 * Largest scores of each token, divided by their sum: saves the choices, the sum and (the division works in place) a
 * copy of the scores chosen.
 */
export function topShare(tape: Tape, scores: Value, chosen: number): Value {
  const choices = tape.record({
    inputs: [scores],
    elements: tokenBytes(chosen),
    width: bytesPerValue.int64,
    requiresGrad: false,
  })
  const top = mapped(tape, scores, {
    inputs: [scores, choices],
    elements: tokenBytes(chosen),
    saves: [choices],
  })
  const sum = tape.record({ inputs: [top], elements: tokenBytes(1), width: top.width })
  const before = tape.record({ inputs: [top], elements: top.elements, width: top.width, requiresGrad: false })
  return mapped(tape, top, { inputs: [top, sum, before], saves: [sum, before] })
}

/** Rows of x picked by indices, a share of them: backward adds them into zeros of the size of x. */
export const gather = (tape: Tape, x: Value, share: number, ...indices: readonly Value[]): Value =>
  mapped(tape, x, { inputs: [x, ...indices], elements: times(x.elements, share), saves: indices })

/** Adds rows to a result in place (`index_add_`): saves the indices and, for its shape, the rows. */
export const scatterAdd = (tape: Tape, result: Value, rows: Value, indices: Value): Value =>
  tape.record({
    inputs: [result, rows, indices],
    elements: result.elements,
    width: result.width,
    viewOf: result,
    saves: [rows, indices],
    backward: (run, gradient) => {
      run.give(rows, run.like(rows))
      run.give(result, run.share(gradient))
    },
  })
