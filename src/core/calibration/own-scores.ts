import type { MeasuredScore } from '../domain/measured-score.ts'
import { type Note, note } from '../notes.ts'

/** Says how many own scores speak of the methods that were looked at on this kind of data. */
export function ownScoreNotes(
  scores: readonly MeasuredScore[],
  task: string,
  methods: readonly string[],
): readonly Note[] {
  const used = scores.filter((score) => methods.includes(score.method) && (score.task ?? task) === task)
  return used.length === 0 ? [] : [note('own-scores', { count: used.length })]
}
