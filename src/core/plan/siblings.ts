import type { Plan } from '../domain/plan.ts'
import type { Range } from '../units.ts'

/** A plan among others of the same quality on the same cards, with everything that tells their costs apart. */
export interface Sibling {
  readonly plan: Plan
  /** Bytes by which the requirement exceeds the card: at most 0 when the plan fits. */
  readonly excessBytes: number
  /** Seconds of the whole run, for each way of paying that moves them. */
  readonly runSeconds: readonly Range[]
  /** A checkpoint is stored and paid for. */
  readonly checkpointBytes: number
}

const ends = ['low', 'mid', 'high'] as const

/** No slower at any end of the range however it is paid, and no more to store: then it is no dearer either. */
const isNoWorse = (a: Sibling, b: Sibling): boolean =>
  a.checkpointBytes <= b.checkpointBytes &&
  a.runSeconds.every((seconds, way) => {
    const other = b.runSeconds[way]
    return other !== undefined && ends.every((end) => seconds[end] <= other[end])
  })

/**
 * Plans of one quality on the same cards that can still be the best: what fits beats what does not, of those that fit none is slower and
 * dearer than another, of misfits the nearest.
 */
export class Siblings<S extends Sibling> {
  kept: S[] = []

  offer(newcomer: S): void {
    const [first] = this.kept
    if (first === undefined) {
      this.kept.push(newcomer)
    } else if (newcomer.excessBytes > 0 || first.excessBytes > 0) {
      if (newcomer.excessBytes < first.excessBytes) this.kept = [newcomer]
    } else if (!this.kept.some((sibling) => isNoWorse(sibling, newcomer))) {
      this.kept = this.kept.filter((sibling) => !isNoWorse(newcomer, sibling))
      this.kept.push(newcomer)
    }
  }
}
