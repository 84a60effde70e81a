import type { Candidate, Constraint } from '../domain/decision.ts'
import { SECONDS_PER_HOUR } from '../units.ts'
import { articleChoice } from './article-rule.ts'
import { balancedScores, defaultWeights } from './balance.ts'
import { counted, gib, hours, money, named, share } from './explain-words.ts'
import { axesOf, comparedQuality, margins } from './rank.ts'
import { areTied, type Policy, spanOf } from './variations.ts'

/** Below this share of equal choices the decision is a close call. */
export const CLOSE_CALL = 0.7

const costOf = ({ usd }: Candidate): string => (usd === null ? 'unknown cost' : money(usd.mid))
const timeOf = ({ seconds }: Candidate): string =>
  seconds === null ? 'unknown time' : hours(seconds.mid / SECONDS_PER_HOUR)
const qualityOf = (candidate: Candidate): string => {
  const quality = comparedQuality(candidate)
  return Number.isFinite(quality) ? share(quality) : 'unknown quality'
}

/** Why the winner won, in sentences made from its own record. */
export function becauseOf(
  feasible: readonly Candidate[],
  winner: Candidate,
  runnerUp: Candidate | null,
  constraints: readonly Constraint[],
  policy: Policy,
): string[] {
  return [
    objectiveSentence(feasible, winner, policy),
    ...(runnerUp === null ? [] : [runnerUpSentence(winner, runnerUp)]),
    ...retentionSentence(winner),
    ...memorySentence(winner),
    ...constraints
      .filter(({ atRisk, name }) => atRisk && name !== 'memory')
      .map((risk) => riskSentence(winner, risk)),
    ...constraints.filter(({ ok }) => !ok).map((broken) => `it breaks ${broken.name}, which only warns`),
  ]
}

function objectiveSentence(feasible: readonly Candidate[], winner: Candidate, policy: Policy): string {
  const among = counted(feasible.length, 'feasible plan')
  switch (policy.objective) {
    case 'cost':
      return winner.usd === null
        ? `no price is known for any of ${among}; it keeps the most quality`
        : `it is the cheapest of ${among}: ${costOf(winner)}`
    case 'time':
      return `it is the fastest of ${among}: ${timeOf(winner)}`
    case 'quality':
      return `it is the cheapest of ${among} within ${share(margins.retention)} of the best quality: ${qualityOf(winner)} for ${costOf(winner)}`
    case 'article': {
      const choice = articleChoice(policy.limits, winner.memory?.capacityBytes ?? null)
      return choice.method === winner.method
        ? `the article's rule picks ${choice.method} because ${choice.because}, and it is feasible`
        : `the article's rule picks ${choice.method} because ${choice.because}, but no such plan is feasible: the cheapest other one is taken`
    }
    case 'balanced':
      return balancedSentence(feasible, winner, policy)
  }
}

function balancedSentence(feasible: readonly Candidate[], winner: Candidate, policy: Policy): string {
  const weights = policy.weights ?? defaultWeights
  const axes = axesOf(feasible)
  const { minRetention } = policy.limits
  const scores = balancedScores(axes, { weights, minRetention, scale: spanOf(feasible) })
  const score = scores[feasible.findIndex(({ id }) => id === winner.id)] ?? 0
  return (
    `it has the best balance of ${counted(feasible.length, 'feasible plan')}: score ${score.toFixed(2)} at weights ` +
    `${weights.cost} cost, ${weights.time} time, ${weights.quality} quality (${costOf(winner)}, ${timeOf(winner)}, ${qualityOf(winner)})`
  )
}

function runnerUpSentence(winner: Candidate, runnerUp: Candidate): string {
  const figures = `${costOf(runnerUp)}, ${timeOf(runnerUp)}, ${qualityOf(runnerUp)}`
  const tied = areTied(winner, runnerUp)
  return `next is ${named(runnerUp)}: ${figures}${tied ? ', a tie within the noise' : ''}`
}

function retentionSentence({ retention }: Candidate): string[] {
  if (retention === null)
    return ['its retention is unknown: nobody measured this method on this kind of data']
  const { low, mid, high, grade, basis } = retention
  if (low === 1 && high === 1) return []
  return [
    `it keeps ${share(mid)} [${share(low)}-${share(high)}] of the quality, grade ${grade}: ${basis[0] ?? 'no basis'}`,
  ]
}

function memorySentence({ memory }: Candidate): string[] {
  if (memory === null) return []
  const { requiredBytes, capacityBytes, fitProbability } = memory
  return [
    `it needs ${gib(requiredBytes.mid)} (up to ${gib(requiredBytes.high)}) of ${gib(capacityBytes)} and fits with probability ${fitProbability.toFixed(2)}`,
  ]
}

function riskSentence({ usd, seconds, retention }: Candidate, { name, limit }: Constraint): string {
  switch (name) {
    case 'budget.usd':
      return `its high end, ${usd === null ? 'unknown' : money(usd.high)}, breaks the budget of ${money(limit)}`
    case 'budget.hours':
      return `its high end, ${seconds === null ? 'unknown' : hours(seconds.high / SECONDS_PER_HOUR)}, breaks the deadline of ${hours(limit)}`
    default:
      return `its low end, ${retention === null ? 'unknown' : share(retention.low)}, is below the minimum of ${share(limit)}`
  }
}

/** One run at two providers: there is nothing to measure, only prices differ. */
const isSameRun = (a: Candidate, b: Candidate): boolean =>
  a.label === b.label &&
  a.gpu === b.gpu &&
  a.gpuCount === b.gpuCount &&
  a.provider !== null &&
  b.provider !== null

/** The cheapest measurement that could change the choice; null when the choice is not close and well founded. */
export function measureNext(
  winner: Candidate,
  runnerUp: Candidate | null,
  robustness: number,
): string | null {
  const close = runnerUp !== null && robustness < CLOSE_CALL
  if (close && runnerUp.method !== winner.method) {
    return `measure first: a pilot of ${winner.label} and ${runnerUp.label} on the same test items decides this close call`
  }
  if (close && isSameRun(winner, runnerUp)) {
    return `ask first: what ${winner.provider} and ${runnerUp.provider} charge today decides this close call`
  }
  if (close)
    return `measure first: some steps of ${named(winner)} and ${named(runnerUp)} decide this close call`
  const grade = winner.retention?.grade ?? 'D'
  if (grade < 'C') return null
  return `measure first: a pilot of ${winner.label} beside full fine-tuning; its retention has grade ${grade}`
}
