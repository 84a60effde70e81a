import { remembered } from '../architecture/remember.ts'
import type { PreparedMemory } from '../memory/index.ts'

/** Weights that stay on the card: the most that any pipeline stage holds. */
export const weightBytesOf = remembered(({ stages }: PreparedMemory): number => {
  const ofStages = stages.map(({ residents }) =>
    residents.card
      .filter(({ key }) => key.startsWith('weights/'))
      .reduce((sum, { footprint }) => sum + footprint.constant, 0),
  )
  return Math.max(0, ...ofStages)
})
