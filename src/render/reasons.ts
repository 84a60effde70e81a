import type { PlanReport, Report } from '../core/domain/report.ts'
import { isPartlyUnstated, UNSTATED, verdictWord } from './cells.ts'
import { formatSeconds, formatShare, formatUsd } from './format.ts'

/** Who won and why, what binds and what would change the choice; the first line is the head. */
export function decisionLines({ decision, plans, verdict }: Report): string[] {
  const winner = plans.find((plan) => plan.id === decision.winner)
  const head =
    verdict === 'ok'
      ? `Best for ${decision.objective}: ${winner?.id ?? decision.winner ?? ''}`
      : `No plan meets the constraints (${verdictWord(verdict)}); the nearest misses are shown`
  return [
    head,
    ...decision.because,
    ...cheapestLines(decision),
    ...(decision.binding === null ? [] : [`what binds: ${decision.binding}`]),
    ...(decision.robustness === null
      ? []
      : [`stays the best in ${formatShare(decision.robustness)} of the range of the estimates`]),
    ...decision.flips.map((text) => `would change the choice: ${text}`),
    ...decision.relaxations.map(
      ({ text, usd }) => `way out: ${text}${usd === null ? '' : ` (${formatUsd(usd)})`}`,
    ),
  ]
}

/** The cheapest plan of each method that is not the winner itself. */
const cheapestLines = ({ winner, cheapestPerMethod }: Report['decision']): string[] =>
  cheapestPerMethod
    .filter(({ plan }) => plan !== winner)
    .map(
      ({ method, label, place, usd, seconds, complete }) =>
        `cheapest with ${method}: ${label} on ${place}, ${formatUsd(usd)}${complete ? '' : UNSTATED}, ${seconds === null ? 'time unknown' : formatSeconds(seconds)}`,
    )

/** What was not taken, by how much it misses, and the way out. */
export const rejectedLines = ({ rejected }: Report): string[] =>
  rejected.map(({ method, reason, relaxation, count }) => {
    const plans = count === 1 ? '1 plan' : `${count} plans`
    const usd = relaxation?.usd ?? null
    const price = usd === null ? '' : ` (${formatUsd(usd)})`
    return `${method}, ${plans}: ${reason}${relaxation === null ? '' : `; ${relaxation.text}${price}`}`
  })

/** What the marked costs leave out. */
export function unstatedLines(plans: readonly Pick<PlanReport, 'notes'>[]): string[] {
  const notes = plans
    .filter(isPartlyUnstated)
    .flatMap((plan) => plan.notes.filter(({ code }) => code === 'ownership-unstated'))
  return [...new Set(notes.map(({ text }) => `${UNSTATED} ${text}`))]
}

/** Warnings first, then assumptions, then the date of the prices. */
export function noteLines({ notes, catalog, plans }: Report): string[] {
  const warnings = notes
    .filter(({ severity }) => severity === 'warning')
    .map(({ text }) => `warning: ${text}`)
  const others = notes.filter(({ severity }) => severity !== 'warning').map(({ text }) => text)
  const dated = catalog.pricesAsOf === null ? [] : [`prices as of ${catalog.pricesAsOf}`]
  return [...unstatedLines(plans), ...warnings, ...others, ...dated]
}
