import type { Footprint } from './footprint.ts'
import { addBytes, emptyLedger, type Ledger } from './ledger.ts'

/** What was alive, place by place, at a moment that may be the maximum. */
export interface Snapshot extends Footprint {
  readonly byPlace: Ledger
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
  private readonly byPlace = emptyLedger()
  private constant = 0
  private perToken = 0
  private perTokenSequence = 0
  private perSequence = 0
  private rising = false
  private peaks: Snapshot[] = []

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
    addBytes(this.byPlace, place, bytes, sign)
  }
}
