import type { Candidate, Constraint } from '../domain/decision.ts'
import { SECONDS_PER_HOUR } from '../units.ts'
import { gib, hours, money, named, share } from './explain-words.ts'
import type { Judged } from './select.ts'
import { bestOfEachMethod, type Policy, winnerOf, winningPriceShare } from './variations.ts'

/**
 * What would change the choice: each sentence was verified by choosing again under the changed limit or price.
 */
export function flipsOf(judged: readonly Judged[], winner: Candidate, policy: Policy): string[] {
  const feasible = judged.filter(({ broken }) => broken.length === 0).map(({ candidate }) => candidate)
  return [
    ...loosened(judged, feasible, winner, policy),
    ...tightened(feasible, winner, policy),
    ...prices(feasible, winner, policy),
  ]
}

/** For each constraint: the smallest loosening that lets another plan win. */
function loosened(
  judged: readonly Judged[],
  feasible: readonly Candidate[],
  winner: Candidate,
  policy: Policy,
): string[] {
  const sentences: string[] = []
  for (const name of ['budget.usd', 'budget.hours', 'quality.min_retention', 'memory']) {
    const kept = judged.flatMap(({ candidate, broken }) => {
      const [only] = broken
      return broken.length === 1 && only?.name === name && only.slack !== null
        ? [{ candidate, only, slack: only.slack }]
        : []
    })
    kept.sort((a, b) => b.slack - a.slack || (a.candidate.id < b.candidate.id ? -1 : 1))
    const winnerAmong = (count: number): Candidate | null =>
      winnerOf([...feasible, ...kept.slice(0, count).map(({ candidate }) => candidate)], policy)
    const found = firstChange(kept.length, (count) => winnerAmong(count)?.id !== winner.id)
    const last = found === null ? undefined : kept[found - 1]
    const next = found === null ? null : winnerAmong(found)
    if (last !== undefined && next !== null) sentences.push(loosenedSentence(last.only, next))
  }
  return sentences
}

/** Smallest count at which the choice has changed, by halving; null when it does not change with all of them. */
function firstChange(count: number, changed: (count: number) => boolean): number | null {
  if (count === 0 || !changed(count)) return null
  let low = 0
  let high = count
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (changed(middle)) high = middle
    else low = middle
  }
  return high
}

function loosenedSentence({ name, limit, value }: Constraint, next: Candidate): string {
  const needed = value ?? 0
  switch (name) {
    case 'budget.usd':
      return `with a budget of ${money(Math.ceil(needed * 100) / 100)} (${money(limit)} now) ${named(next)} wins`
    case 'budget.hours':
      return `with a deadline of ${hours(needed)} (${hours(limit)} now) ${named(next)} wins`
    case 'quality.min_retention':
      return `with a minimum retention of ${share(Math.floor(needed * 100) / 100)} (${share(limit)} now) ${named(next)} wins`
    default:
      return `with ${gib(needed)} on each GPU (${gib(limit)} now) ${named(next)} wins`
  }
}

/** Where the winner itself would fall out, and who would follow. */
function tightened(feasible: readonly Candidate[], winner: Candidate, policy: Policy): string[] {
  const { usd, seconds, retention } = winner
  const basis = policy.limits.retentionBasis
  const sentences: string[] = []
  const say = (text: string, keep: (candidate: Candidate) => boolean): void => {
    const next = winnerOf(feasible.filter(keep), policy)
    if (next !== null) sentences.push(`${text} ${named(next)} wins`)
  }
  if (usd !== null) {
    say(`with a budget below ${money(usd.mid)}`, (other) => other.usd !== null && other.usd.mid < usd.mid)
  }
  if (seconds !== null) {
    say(
      `with a deadline below ${hours(seconds.mid / SECONDS_PER_HOUR)}`,
      (other) => other.seconds !== null && other.seconds.mid < seconds.mid,
    )
  }
  if (retention !== null) {
    const least = retention[basis]
    say(
      `with a minimum retention above ${share(least)}`,
      (other) => other.retention !== null && other.retention[basis] > least,
    )
  }
  return sentences
}

/** The price at which the best plan of each other method would win. */
function prices(feasible: readonly Candidate[], winner: Candidate, policy: Policy): string[] {
  if (policy.objective === 'time' || policy.objective === 'article') return []
  return bestOfEachMethod(feasible, policy)
    .filter(({ method }) => method !== winner.method)
    .flatMap((challenger) => {
      const found = winningPriceShare(feasible, challenger, policy)
      if (found === null || challenger.usd === null) return []
      const price = challenger.usdPerGpuHour
      if (price === null)
        return [
          `${named(challenger)} wins below ${money(challenger.usd.mid * found)} (${money(challenger.usd.mid)} now)`,
        ]
      return [`${named(challenger)} wins below ${money(price * found)} per GPU-hour (${money(price)} now)`]
    })
}
