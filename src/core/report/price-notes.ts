import type { Library } from '../domain/library.ts'
import type { PlanReport } from '../domain/report.ts'
import { type Note, note } from '../notes.ts'

const MOST_NAMED = 6

/** What is to be known about the prices of the plans that are shown: whose they are, and which need a second look. */
export function priceNotes(plans: readonly PlanReport[], library: Library, asOf: string): Note[] {
  const notes: Note[] = []
  const providers = [
    ...new Set(plans.flatMap(({ cost }) => (cost.price === null ? [] : [cost.price.provider]))),
  ]
  const origins = new Map(providers.map((id) => [id, library.priceOrigin(id)]))
  if ([...origins.values()].includes('lock')) notes.push(note('prices-locked', { date: asOf }))
  const own = providers.filter((id) => origins.get(id) === 'own')
  if (own.length > 0) notes.push(note('prices-own', { providers: own.join(', ') }))
  const doubtful = [...new Set(plans.flatMap(doubtsOf))]
  if (doubtful.length > 0) notes.push(note('prices-to-check', { list: shortened(doubtful) }))
  return notes
}

/** As in `vast of 2026-H1`. */
const doubtsOf = ({ notes }: PlanReport): string[] =>
  notes.flatMap(({ code, args }) => {
    if (code === 'price-stale') return [`${args.provider} of ${args.asOf}`]
    if (code === 'price-undated') return [`${args.provider} without a date`]
    return code === 'price-unreliable' ? [`${args.provider} of low reliability`] : []
  })

const shortened = (items: readonly string[]): string =>
  items.length <= MOST_NAMED
    ? items.join(', ')
    : `${items.slice(0, MOST_NAMED).join(', ')} and ${items.length - MOST_NAMED} more`
