import type { PlanReport } from '../core/domain/report.ts'
import { methodName } from './cells.ts'
import { formatSeconds, formatUsd } from './format.ts'
import { escapeXml } from './xml.ts'

const WIDTH = 640
const HEIGHT = 260
const MARGIN = 56

interface Dot {
  readonly plan: PlanReport
  readonly seconds: number
  readonly usd: number
}

/** Cost against time of every plan, both axes logarithmic; empty with fewer than two plans that have both. */
export function scatter(plans: readonly PlanReport[]): string {
  const dots = plans.flatMap((plan): Dot[] => {
    const { time, cost } = plan
    if (time === null || cost.usd === null || cost.usd.mid <= 0 || time.totalSeconds.mid <= 0) return []
    return [{ plan, seconds: time.totalSeconds.mid, usd: cost.usd.mid }]
  })
  if (dots.length < 2) return ''
  const x = scale(
    dots.map(({ seconds }) => seconds),
    MARGIN,
    WIDTH - MARGIN,
  )
  const y = scale(
    dots.map(({ usd }) => usd),
    HEIGHT - MARGIN,
    MARGIN / 2,
  )
  const circles = dots.map(({ plan, seconds, usd }) => {
    const kind = plan.rank === 1 && plan.feasible ? ' best' : plan.feasible ? '' : ' off'
    const label = `${plan.rank}. ${methodName(plan)}: ${formatSeconds(seconds)}, ${formatUsd(usd)}`
    return `<circle class="dot${kind}" cx="${x.at(seconds)}" cy="${y.at(usd)}" r="8"><title>${escapeXml(label)}</title></circle><text class="n" x="${x.at(seconds)}" y="${(Number(y.at(usd)) + 3).toFixed(1)}" text-anchor="middle">${plan.rank}</text>`
  })
  return [
    '<h2>Cost against time</h2>',
    `<div class="card"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="cost against time" width="100%">`,
    `<path class="axis" fill="none" d="M${MARGIN} ${MARGIN / 2}V${HEIGHT - MARGIN}H${WIDTH - MARGIN}"/>`,
    text(MARGIN, HEIGHT - MARGIN + 18, 'start', formatSeconds(x.least)),
    text(WIDTH - MARGIN, HEIGHT - MARGIN + 18, 'end', formatSeconds(x.most)),
    text(MARGIN - 6, HEIGHT - MARGIN, 'end', formatUsd(y.least)),
    text(MARGIN - 6, MARGIN / 2 + 8, 'end', formatUsd(y.most)),
    ...circles,
    '</svg></div>',
  ].join('')
}

const text = (x: number, y: number, anchor: string, words: string): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}">${escapeXml(words)}</text>`

/** A logarithmic axis with a little air at both ends. */
function scale(values: readonly number[], from: number, to: number) {
  const least = Math.min(...values) / 1.15
  const most = Math.max(...values) * 1.15
  const span = Math.log(most / least)
  return {
    least,
    most,
    at: (value: number): string => (from + ((to - from) * Math.log(value / least)) / span).toFixed(1),
  }
}
