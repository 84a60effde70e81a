import { type Footprint, times } from '../footprint.ts'
import type { Recording, Storage, Tape, Value } from '../tape.ts'

/** The larger of two broadcast shapes: the one with more elements at any batch of at least one token. */
const broadcast = (a: Footprint, b: Footprint): Footprint => {
  const sum = (f: Footprint) =>
    f.perTokenSequence * 1e12 + f.perToken * 1e6 + f.perSequence * 1e3 + f.constant
  return sum(a) >= sum(b) ? a : b
}

const isWhole = (value: Value, elements: Footprint): boolean =>
  value.elements.perToken === elements.perToken &&
  value.elements.perTokenSequence === elements.perTokenSequence &&
  value.elements.constant === elements.constant &&
  value.elements.perSequence === elements.perSequence

/** A new tensor like x, but for what `differs`; its gradient makes a new one for x. */
export const mapped = (tape: Tape, x: Value, differs: Partial<Recording> = {}): Value =>
  tape.record({
    inputs: [x],
    elements: x.elements,
    width: x.width,
    backward: (run) => run.give(x, run.like(x)),
    ...differs,
  })

/** Copy in another width; the same value where the width fits already. */
export const cast = (tape: Tape, x: Value, width: number): Value =>
  x.width === width ? x : mapped(tape, x, { width })

/** Copy in the same width: contiguous, clone, cat of parts. */
export const copy = (tape: Tape, x: Value): Value => shift(tape, x)

/** Sum; no tensor is saved, the gradient passes as it is (cast to a narrower input). */
export const add = (tape: Tape, a: Value, b: Value): Value => {
  const width = Math.max(a.width, b.width)
  return tape.record({
    inputs: [a, b],
    elements: broadcast(a.elements, b.elements),
    width,
    backward: (run, gradient) => {
      for (const input of [a, b])
        if (input.requiresGrad) run.give(input, input.width === width ? run.share(gradient) : run.like(input))
    },
  })
}

/** Product: each factor is saved where the other one needs a gradient. */
export function mul(tape: Tape, a: Value, b: Value): Value {
  const elements = broadcast(a.elements, b.elements)
  const width = Math.max(a.width, b.width)
  return tape.record({
    inputs: [a, b],
    elements,
    width,
    saves: [a.requiresGrad && b, b.requiresGrad && a],
    backward: (run) => {
      const gradients = [a, b].map((input) =>
        input.requiresGrad ? { input, gradient: run.allocate(elements, width) } : null,
      )
      for (const each of gradients) {
        if (each === null) continue
        if (isWhole(each.input, elements) && each.input.width === width) run.give(each.input, each.gradient)
        else {
          const reduced = run.like(each.input)
          run.release(each.gradient)
          run.give(each.input, reduced)
        }
      }
    },
  })
}

/** Times or divided by a number: the gradient is a new tensor, nothing is saved. */
export const scale = (tape: Tape, x: Value): Value => mapped(tape, x)

/** Plus a number or a tensor without gradient of the same shape. */
export const shift = (tape: Tape, x: Value, constant?: Value): Value =>
  tape.record({
    inputs: constant === undefined ? [x] : [x, constant],
    elements: x.elements,
    width: x.width,
    backward: (run, gradient) => run.give(x, run.share(gradient)),
  })

/** x² or x³: saves x; backward makes the lower power, its multiple and the product. */
export const power = (tape: Tape, x: Value): Value =>
  mapped(tape, x, {
    saves: [x],
    backward: (run) => {
      const lower = run.like(x)
      const multiple = run.like(x)
      const result = run.like(x)
      run.release(multiple)
      run.release(lower)
      run.give(x, result)
    },
  })

/** Mean over the last dimension: backward expands it again. */
export const meanOverWidth = (tape: Tape, x: Value, width: number): Value =>
  mapped(tape, x, { elements: times(x.elements, 1 / width) })

/** Operations that save their output: rsqrt, tanh, sigmoid, relu. */
export const fromOutput = (tape: Tape, x: Value): Value => mapped(tape, x, { savesOutput: true })

/** Operations whose backward kernel reads their input: gelu, fused activations. */
export const fromInput = (tape: Tape, x: Value): Value => mapped(tape, x, { saves: [x] })

/** Dropout with a probability above 0: saves a mask of one byte an element. */
export function dropout(tape: Tape, x: Value): Value {
  const mask = tape.record({ inputs: [x], elements: x.elements, width: 1, requiresGrad: false })
  return mapped(tape, x, { inputs: [x, mask], saves: [mask] })
}

/** A part of a tensor: a view whose gradient is padded with zeros to the whole (`slice_backward`). */
export const slice = (tape: Tape, x: Value, share: number): Value =>
  mapped(tape, x, { elements: times(x.elements, share), viewOf: x })

/** Parts of a tensor by one `split` or `chunk`: their gradients are put together once all are there. */
export function split(tape: Tape, x: Value, shares: readonly number[]): Value[] {
  const pending: Storage[] = []
  return shares.map((share, index) =>
    mapped(tape, x, {
      elements: times(x.elements, share),
      viewOf: x,
      backward: (run, gradient) => {
        pending.push(run.share(gradient))
        if (index > 0) return
        const whole = run.like(x)
        for (const part of pending.splice(0)) run.release(part)
        run.give(x, whole)
      },
    }),
  )
}
