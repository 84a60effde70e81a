import type { Footprint } from './footprint.ts'
import type { KeyedFootprint } from './model.ts'
import { places } from './places.ts'

const COEFFICIENTS = 4
/** The release whose model classes the modules follow, operation by operation. */
const SOURCE = 'transformers 4.56.2'

/** Bytes by place: four coefficients each. */
export type Ledger = Float64Array

export const emptyLedger = (): Ledger => new Float64Array(places.length * COEFFICIENTS)

/** Adds `factor` times another ledger. */
export function addLedger(to: Ledger, from: Ledger, factor = 1): void {
  for (let index = 0; index < to.length; index++) to[index] = (to[index] ?? 0) + factor * (from[index] ?? 0)
}

export function addBytes(to: Ledger, place: number, bytes: Footprint, factor = 1): void {
  const at = place * COEFFICIENTS
  to[at] = (to[at] ?? 0) + factor * bytes.constant
  to[at + 1] = (to[at + 1] ?? 0) + factor * bytes.perToken
  to[at + 2] = (to[at + 2] ?? 0) + factor * bytes.perTokenSequence
  to[at + 3] = (to[at + 3] ?? 0) + factor * bytes.perSequence
}

/** The rows of a ledger that hold anything: of all layers together, or of one layer in work. */
export function keyedFootprints(ledger: Ledger, ofAllLayers: boolean): KeyedFootprint[] {
  const rows: KeyedFootprint[] = []
  for (let index = 0; index < places.length; index++) {
    const place = places[index]
    const at = index * COEFFICIENTS
    const constant = ledger[at] ?? 0
    const perToken = ledger[at + 1] ?? 0
    const perTokenSequence = ledger[at + 2] ?? 0
    const perSequence = ledger[at + 3] ?? 0
    const isEmpty = constant === 0 && perToken === 0 && perTokenSequence === 0 && perSequence === 0
    if (isEmpty || place === undefined) continue
    rows.push({
      key: place.key,
      footprint: { constant, perToken, perTokenSequence, perSequence },
      tensorParallel: place.tensorParallel,
      perLayer: place.inLayer && ofAllLayers,
      formula: place.formula,
      source: SOURCE,
    })
  }
  return rows
}
