import type { Candidate, Constraint, Limits, Rejection, Relaxation } from '../domain/decision.ts'
import { gib, hours, money, named, share, statedShare } from './explain-words.ts'
import { type Judged, judge, missFraction } from './select.ts'

/**
 * Another way to make a plan fit than a larger card: checkpointing, a shorter sequence, one more GPU; null where none does. The caller has the
 * memory model.
 */
export type MemoryRelaxation = (candidate: Candidate) => Relaxation | null

const noRelaxation: MemoryRelaxation = () => null

/** The smallest change that lets a plan past one broken constraint; null when no number does. */
export function relaxationOf(
  candidate: Candidate,
  broken: Constraint,
  memoryRelaxation: MemoryRelaxation = noRelaxation,
): Relaxation | null {
  const { name, slack, value } = broken
  if (name === 'memory') return memoryRelaxation(candidate) ?? largerCard(candidate, broken)
  if (slack === null || value === null) return null
  if (name === 'budget.usd') return { text: `+${money(-slack)}`, usd: -slack }
  if (name === 'budget.hours') return { text: `+${hours(-slack)}`, usd: null }
  if (name === 'quality.min_retention') return { text: `retention ${lessBy(-slack)}`, usd: null }
  if (name === 'quality.capacity') {
    const rank = candidate.rank === null ? null : Math.ceil((candidate.rank * value) / broken.limit)
    return rank === null ? null : { text: `rank ${candidate.rank} -> ${rank}`, usd: null }
  }
  return null
}

/** Rounded up, so that the relaxed minimum is really reached. */
const lessBy = (miss: number): string => `-${share(Math.ceil(miss * 100 - 1e-9) / 100)}`

function largerCard({ gpuCount }: Candidate, { value }: Constraint): Relaxation | null {
  if (value === null) return null
  return { text: `${gpuCount === 1 ? 'a card' : 'cards'} with ${gib(value)}`, usd: null }
}

/** Cheapest first; what has no price last. */
export function compareRelaxations(a: Relaxation, b: Relaxation): number {
  if (a.usd === b.usd) return a.text < b.text ? -1 : a.text > b.text ? 1 : 0
  if (a.usd === null) return 1
  return b.usd === null ? -1 : a.usd - b.usd
}

/** One sentence with the single failing number. */
export function failureSentence(
  { place, method, gpuCount }: Candidate,
  { name, limit, value }: Constraint,
): string {
  switch (name) {
    case 'memory':
      return `does not fit on ${place}: needs ${gib(value ?? 0)}${gpuCount === 1 ? '' : ' on each GPU'}, has ${gib(limit)}`
    case 'budget.usd':
      return value === null
        ? `has no known price on ${place}, so it cannot be shown to keep the budget of ${money(limit)}`
        : `costs ${money(value)} on ${place}, the budget is ${money(limit)}`
    case 'budget.hours':
      return value === null
        ? `has no known time on ${place}, the deadline is ${hours(limit)}`
        : `takes ${hours(value)} on ${place}, the deadline is ${hours(limit)}`
    case 'quality.min_retention':
      return value === null
        ? `has no evidence for its retention, the minimum is ${statedShare(limit)}`
        : `keeps ${share(value)} of the quality, the minimum is ${statedShare(limit)}`
    case 'quality.capacity':
      return `fills its adapters ${(value ?? 0).toPrecision(2)} times over, at most ${limit} is allowed without an override`
    default:
      return `cannot do ${name.replace('needs.', '')}: ${whyNot[name] ?? `${method} does not train what it takes`}`
  }
}

const whyNot: Readonly<Record<string, string>> = {
  'needs.architecture-change': 'new layers need all weights to train',
  'needs.new-vocabulary':
    'new tokens need embeddings that train (lora.train_modules: [embed_tokens, lm_head], or full)',
  'needs.multi-task': 'no evidence that it holds several tasks at once',
  'needs.rlhf': 'no evidence that it learns from rewards',
  'needs.swap-adapters': 'only adapters can be swapped on one base',
}

type Miss = Pick<Judged, 'candidate' | 'broken'>

/** The infeasible candidates: fewest broken constraints first, then the smallest miss, then the id. */
export function nearestMisses(judged: readonly Judged[]): Judged[] {
  const missed = judged.filter(({ broken }) => broken.length > 0)
  const total = new Map(
    missed.map((miss) => [miss, miss.broken.reduce((sum, one) => sum + missFraction(one), 0)]),
  )
  const totalOf = (miss: Judged): number => total.get(miss) ?? 0
  return missed.sort(
    (a, b) =>
      a.broken.length - b.broken.length ||
      totalOf(a) - totalOf(b) ||
      (a.candidate.id < b.candidate.id ? -1 : a.candidate.id > b.candidate.id ? 1 : 0),
  )
}

/**
 * For each method and the constraint that it breaks first: the nearest miss in one sentence, the smallest change that would let it in, and how many
 * plans break it. Methods in the order of their nearest miss.
 */
export function rejections(
  candidates: readonly Candidate[],
  limits: Limits,
  memoryRelaxation: MemoryRelaxation = noRelaxation,
): Rejection[] {
  const groups = new Map<string, { nearest: Miss; constraint: Constraint; count: number }>()
  for (const nearest of nearestMisses(judge(candidates, limits))) {
    const [constraint] = nearest.broken
    if (constraint === undefined) continue
    const key = `${nearest.candidate.method}/${constraint.name}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { nearest, constraint, count: 1 })
    else group.count++
  }
  return [...groups.values()].map(({ nearest: { candidate, broken }, constraint, count }) => ({
    method: candidate.method,
    reason: failureSentence(candidate, constraint),
    // One number lets a plan in only when it breaks one constraint.
    relaxation: broken.length === 1 ? relaxationOf(candidate, constraint, memoryRelaxation) : null,
    count,
  }))
}

/** Relaxations of the nearest miss of each method and constraint, cheapest first; each says whom it lets in. */
export function smallestRelaxations(
  misses: readonly Miss[],
  memoryRelaxation: MemoryRelaxation = noRelaxation,
): Relaxation[] {
  const seen = new Set<string>()
  const relaxations: Relaxation[] = []
  for (const { candidate, broken } of misses) {
    const [only] = broken
    if (only === undefined || broken.length > 1) continue
    const key = `${candidate.method}/${only.name}`
    if (seen.has(key)) continue
    seen.add(key)
    const relaxation = relaxationOf(candidate, only, memoryRelaxation)
    if (relaxation !== null)
      relaxations.push({ ...relaxation, text: `${relaxation.text}: ${named(candidate)}` })
  }
  return relaxations.sort(compareRelaxations)
}
