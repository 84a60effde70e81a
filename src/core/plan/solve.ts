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
 * above were both evaluated.
 */
export function largestThatFits<T>(
  evaluate: (value: number) => T,
  passes: (found: T) => boolean,
  range: SearchRange,
): Largest<T> {
  checkRange(range)
  let evaluations = 0
  const tryAt = (index: number): Tried<T> & { readonly passed: boolean } => {
    const value = range.low + index * range.step
    const found = evaluate(value)
    evaluations++
    return { value, found, passed: passes(found) }
  }
  let below = -1
  let largest: Tried<T> | null = null
  let end = Math.floor((range.high - range.low) / range.step + 1e-9) + 1
  let above: Tried<T> | null = null
  // Doubling first: a value far above what fits is often the dearest to evaluate.
  for (let index = 0; index < end; index = index === 0 ? 1 : index * 2) {
    const { passed, ...tried } = tryAt(index)
    if (!passed) {
      above = tried
      end = index
      break
    }
    below = index
    largest = tried
  }
  while (end - below > 1) {
    const middle = (below + end) >>> 1
    const { passed, ...tried } = tryAt(middle)
    if (passed) {
      below = middle
      largest = tried
    } else {
      end = middle
      above = tried
    }
  }
  return { largest, above, evaluations }
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
