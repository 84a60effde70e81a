/** One line of a bill: what, how much, by which formula, known from where. */
export interface Term {
  /** Path such as `weights/base`; the first word is one of the words of docs: weights, adapters, compute, ... */
  readonly key: string
  /** Bytes, seconds or USD: the unit of the bill that the term stands in. */
  readonly amount: number
  /** The formula in words, with its inputs where they help. */
  readonly formula: string
  /** Citation key of presets/sources.yaml, with a section where it helps. */
  readonly source: string
}

/** Text that is only made when somebody reads it: ranking adds millions of terms and prints none. */
export type LazyText = string | (() => string)

export const textOf = (text: LazyText): string => (typeof text === 'string' ? text : text())

/**
 * Where formulas put their terms. One path computes every number: ranking passes a sink that only adds,
 * the report passes one that keeps the terms.
 */
export interface Sink {
  add(key: string, amount: number, formula: LazyText, source: string): void
}

/** Adds amounts and keeps nothing else. */
export class TotalSink implements Sink {
  total = 0
  add(_key: string, amount: number, _formula: LazyText, _source: string): void {
    this.total += amount
  }
}

/** Keeps every term that is not zero. */
export class TermSink implements Sink {
  readonly terms: Term[] = []
  total = 0
  add(key: string, amount: number, formula: LazyText, source: string): void {
    this.total += amount
    if (amount === 0) return
    this.terms.push({ key, amount, formula: textOf(formula), source })
  }
}

/** Sum of the terms of a bill. */
export const sumOf = (terms: readonly Term[]): number => terms.reduce((sum, term) => sum + term.amount, 0)
