import type { Footprint } from './footprint.ts'
import { places } from './places.ts'

const WIDTH = 4

/** What was alive, place by place, at a moment that may be the maximum. */
export interface Snapshot {
  readonly constant: number
  readonly perToken: number
  readonly perTokenSequence: number
  readonly perSequence: number
  /** Four coefficients for each place. */
  readonly byPlace: Float64Array
}

/** Fewest tokens of a micro-batch for which candidates are compared. */
const FEWEST_TOKENS = 64

/** At least as large at any micro-batch and sequence of the fewest tokens and more. */
function dominates(a: Footprint, b: Footprint): boolean {
  const perToken = a.perToken - b.perToken
  const perTokenSequence = a.perTokenSequence - b.perTokenSequence
  const perSequence = a.perSequence - b.perSequence
  if (perToken < 0 || perTokenSequence < 0 || perSequence < 0) return false
  const least = perToken + perSequence + perTokenSequence * FEWEST_TOKENS
  return a.constant - b.constant + least * FEWEST_TOKENS >= 0
}

/**
 * Counts what is alive. Bytes are polynomials of micro-batch and sequence, so the maximum over time is a set of
 * moments: those that no other moment exceeds everywhere.
 */
export class Meter {
  readonly byPlace = new Float64Array(places.length * WIDTH)
  private constant = 0
  private perToken = 0
  private perTokenSequence = 0
  private perSequence = 0
  private rising = false
  peaks: Snapshot[] = []

  add(bytes: Footprint, place: number): void {
    this.move(bytes, place, 1)
    this.rising = true
  }

  remove(bytes: Footprint, place: number): void {
    this.mark()
    this.move(bytes, place, -1)
  }

  /** Notes the present as a candidate for the maximum. */
  mark(): void {
    if (!this.rising) return
    this.rising = false
    const { constant, perToken, perTokenSequence, perSequence } = this
    const now: Footprint = { constant, perToken, perTokenSequence, perSequence }
    if (this.peaks.some((peak) => dominates(peak, now))) return
    this.peaks = this.peaks.filter((peak) => !dominates(now, peak))
    this.peaks.push({ ...now, byPlace: this.byPlace.slice() })
  }

  /** Forgets the candidates so far; what is alive stays. */
  restart(): Snapshot[] {
    this.mark()
    const before = this.peaks
    this.peaks = []
    this.rising = true
    return before
  }

  private move(bytes: Footprint, place: number, sign: number): void {
    this.constant += sign * bytes.constant
    this.perToken += sign * bytes.perToken
    this.perTokenSequence += sign * bytes.perTokenSequence
    this.perSequence += sign * bytes.perSequence
    const at = place * WIDTH
    const table = this.byPlace
    table[at] = (table[at] ?? 0) + sign * bytes.constant
    table[at + 1] = (table[at + 1] ?? 0) + sign * bytes.perToken
    table[at + 2] = (table[at + 2] ?? 0) + sign * bytes.perTokenSequence
    table[at + 3] = (table[at + 3] ?? 0) + sign * bytes.perSequence
  }
}
