import type { LazyText, Sink } from '../term.ts'

/** Passes terms on and keeps their sum: what later terms of the same bill build on. */
export class Tally implements Sink {
  total = 0
  readonly #sink: Sink
  constructor(sink: Sink) {
    this.#sink = sink
  }
  add(key: string, amount: number, formula: LazyText, source: string): void {
    this.total += amount
    this.#sink.add(key, amount, formula, source)
  }
}
