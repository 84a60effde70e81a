import { UserError } from '../errors.ts'

/** Values to search: low, low + step, ... up to high. */
export interface SearchRange {
  readonly name: string
  readonly low: number
  readonly high: number
  readonly step: number
}

/** A tried value with what was found there. */
export interface Tried<T> {
  readonly value: number
  readonly found: T
}

/** The answer, with the proof: it passes, and one step above does not. */
export interface Largest<T> {
  /** Null when not even the lowest value passes. */
  readonly largest: Tried<T> | null
  /** One step above; null when the end of the range passes. */
  readonly above: Tried<T> | null
  readonly evaluations: number
}

/**
 * Largest value of a range that passes a test that only gets harder: halving over the steps, exact. The value itself and the one a step
 * above were both evaluated. A good guess saves most of the evaluations; a bad one is only slower.
 */
export function largestThatFits<T>(
  evaluate: (value: number) => T,
  passes: (found: T) => boolean,
  range: SearchRange,
  guess: number = range.low,
): Largest<T> {
  checkRange(range)
  const bounds = new Bounds(evaluate, passes, range)
  const last = bounds.end - 1
  const start = Math.min(last, Math.max(0, Math.floor((guess - range.low) / range.step + 1e-9)))
  // Doubling first: a value far above what fits is often the dearest to evaluate.
  if (bounds.tryAt(start)) {
    for (let step = 1; bounds.below < last && bounds.tryAt(Math.min(last, start + step)); ) step *= 2
  } else {
    for (let step = 1; bounds.end > 0 && !bounds.tryAt(Math.max(0, start - step)); ) step *= 2
  }
  while (bounds.end - bounds.below > 1) bounds.tryAt(Math.floor((bounds.below + bounds.end) / 2))
  const { largest, above, evaluations } = bounds
  return { largest, above, evaluations }
}

/** What is known of a range so far: the largest index that passes, and the smallest that does not. */
class Bounds<T> {
  below = -1
  end: number
  largest: Tried<T> | null = null
  above: Tried<T> | null = null
  evaluations = 0
  readonly #evaluate: (value: number) => T
  readonly #passes: (found: T) => boolean
  readonly #range: SearchRange

  constructor(evaluate: (value: number) => T, passes: (found: T) => boolean, range: SearchRange) {
    this.#evaluate = evaluate
    this.#passes = passes
    this.#range = range
    this.end = Math.floor((range.high - range.low) / range.step + 1e-9) + 1
  }

  tryAt(index: number): boolean {
    const { low, step } = this.#range
    // Tenths and hundredths are written as people write them: 0.3, not 0.30000000000000004.
    const value = Number((low + index * step).toPrecision(15))
    const found = this.#evaluate(value)
    this.evaluations += 1
    const passed = this.#passes(found)
    if (passed) {
      this.below = index
      this.largest = { value, found }
    } else {
      this.end = index
      this.above = { value, found }
    }
    return passed
  }
}

function checkRange({ name, low, high, step }: SearchRange): void {
  if (!(step > 0)) throw new UserError('usage', `${name}: a step of ${step} leads nowhere`)
  if (low <= high) return
  throw new UserError('usage', `${name}: nothing lies between ${low} and ${high}`)
}

/** The largest option that passes, and the next larger one that does not. Every larger option was tried: models of a size differ. */
export interface LargestOption<O, T> {
  readonly largest: { readonly option: O; readonly found: T } | null
  readonly above: { readonly option: O; readonly found: T } | null
}

/** Largest of options that need not get harder step by step, such as models: tried from the largest down. */
export function largestOption<O, T>(
  options: readonly O[],
  sizeOf: (option: O) => number,
  evaluate: (option: O) => T,
  passes: (found: T) => boolean,
): LargestOption<O, T> {
  let above: { readonly option: O; readonly found: T } | null = null
  for (const option of options.toSorted((a, b) => sizeOf(b) - sizeOf(a))) {
    const tried = { option, found: evaluate(option) }
    if (passes(tried.found)) return { largest: tried, above }
    above = tried
  }
  return { largest: null, above }
}

/** What an option costs if it passes; unknown costs come after every known one. */
export interface PricedOption<O> {
  readonly option: O
  readonly usd: number | null
}

/** Options that pass, cheapest first; of equal ones in the order given, such as the smallest card first. */
export const cheapestOptions = <O>(options: readonly PricedOption<O>[]): PricedOption<O>[] =>
  options.toSorted((a, b) => {
    if (a.usd === b.usd) return 0
    if (a.usd === null) return 1
    return b.usd === null ? -1 : a.usd - b.usd
  })
