import type { Candidate } from '../domain/decision.ts'
import { groupBy } from '../group-by.ts'
import { compare } from './pareto.ts'
import { ticks } from './rank.ts'

const ends = ['low', 'mid', 'high'] as const
type End = (typeof ends)[number]

/** Candidates of one method, retention and size of card: among them only cost and time tell. */
const groupsOf = (candidates: readonly Candidate[]): readonly (readonly Candidate[])[] => [
  ...groupBy(
    candidates,
    // The card's size is what the article's rule looks at.
    ({ method, retention, memory }) =>
      `${method}/${memory?.capacityBytes ?? ''}/${retention?.low}/${retention?.mid}/${retention?.high}`,
  ).values(),
]

/**
 * The candidates among which every winner must be, whatever the weights, the limits on money, time and quality, and the end of the ranges: of plans
 * of one method and retention only those on the front of cost and time matter, at some end of the ranges.
 */
export const shortlist = (candidates: readonly Candidate[]): Candidate[] =>
  groupsOf(candidates).flatMap((group) => [...new Set(ends.flatMap((end) => front(group, end)))])

/** Of each group those on the front at one end of the ranges. */
export const frontsAt = (candidates: readonly Candidate[], end: End): Candidate[] =>
  groupsOf(candidates).flatMap((group) => front(group, end))

/** Plans than which none of the group is both cheaper and faster; of equal ones the first id. */
function front(group: readonly Candidate[], end: End): readonly Candidate[] {
  if (group.length === 1) return group
  const points = group.map((candidate) => ({
    candidate,
    cost: ticks(candidate.usd?.[end]),
    time: ticks(candidate.seconds?.[end]),
  }))
  points.sort(
    (a, b) =>
      compare(a.cost, b.cost) || compare(a.time, b.time) || (a.candidate.id < b.candidate.id ? -1 : 1),
  )
  const kept: Candidate[] = []
  let fastest = Number.NaN
  for (const { candidate, time } of points) {
    if (time >= fastest) continue
    fastest = time
    kept.push(candidate)
  }
  return kept
}
