import type { Library } from '../domain/library.ts'
import type { PlanReport } from '../domain/report.ts'
import { type Note, type NoteCode, note } from '../notes.ts'

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
  const whole = [...new Set(plans.flatMap(wholeMachinesOf))]
  if (whole.length > 0) notes.push(note('whole-machines', { list: shortened(whole) }))
  return [...notes, ...plans.flatMap(spotNotes)]
}

/** As in `gcp 8 GPUs for 2`. */
const wholeMachinesOf = ({ notes }: PlanReport): string[] =>
  notes.flatMap(({ code, args }) =>
    code === 'whole-instance'
      ? [`${args.provider} ${args.rented} GPUs for ${Number(args.rented) - Number(args.idle)}`]
      : [],
  )

const spotCodes: readonly string[] = [
  'interruption-assumed',
  'interruption-known',
  'spot-checkpoints-assumed',
] satisfies NoteCode[]

/** What is counted for machines that are taken back: it decides whether spot is cheap. */
const spotNotes = ({ notes }: PlanReport): Note[] =>
  notes.flatMap(({ code, args }) => (spotCodes.includes(code) ? [note(code as NoteCode, args)] : []))

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
