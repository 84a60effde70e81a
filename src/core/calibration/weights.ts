import type { PreparedMemory } from '../memory/index.ts'

const known = new WeakMap<PreparedMemory, number>()

/** Weights that stay on the card: the most that any pipeline stage holds. */
export function weightBytesOf(prepared: PreparedMemory): number {
  const found = known.get(prepared)
  if (found !== undefined) return found
  const ofStages = prepared.stages.map(({ residents }) =>
    residents.card
      .filter(({ key }) => key.startsWith('weights/'))
      .reduce((sum, { footprint }) => sum + footprint.constant, 0),
  )
  const most = Math.max(0, ...ofStages)
  known.set(prepared, most)
  return most
}
