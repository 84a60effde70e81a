import type { PlanReport, Report } from '../core/domain/report.ts'
import { adviceSections, qualitySections } from './advice.ts'
import { freeShare, hiddenLine, judgedBytes, planTitle, summaryCells } from './cells.ts'
import { constraintAmount } from './explain.ts'
import {
  formatBytes,
  formatCount,
  formatRange,
  formatSeconds,
  formatShare,
  formatUsd,
  orUnknown,
} from './format.ts'
import { scatter } from './html-scatter.ts'
import { style } from './html-style.ts'
import { decisionLines, noteLines, rejectedLines } from './reasons.ts'
import type { Render, Renderer } from './renderer.ts'
import { escapeXml } from './xml.ts'

const title = ({ model }: Report): string => model.id ?? model.modelType

const list = (lines: readonly string[]): string =>
  `<ul>${lines.map((line) => `<li>${escapeXml(line)}</li>`).join('')}</ul>`

const section = (head: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `<h2>${head}</h2>${list(lines)}`

const page: Render = (report, { detail }) => {
  const [head = '', ...because] = decisionLines(report)
  const best = report.plans.find(({ id }) => id === report.decision.winner) ?? report.plans[0]
  const good = report.verdict === 'ok'
  return [
    '<main>',
    `<h1>${escapeXml(title(report))} <span class="badge ${good ? 'ok' : 'no'}">${good ? 'plan found' : escapeXml(report.verdict)}</span></h1>`,
    `<p class="sub">${formatCount(report.model.parameters.total)} parameters, ${formatCount(report.candidates)} plans looked at</p>`,
    best === undefined ? '' : cards(best),
    `<h2>${escapeXml(head)}</h2>${because.length === 0 ? '' : list(because)}`,
    ranking(report),
    scatter(report.plans),
    section('Rejected', rejectedLines(report)),
    section('Notes', noteLines(report)),
    '<h2>In full</h2>',
    report.plans.map((plan) => explained(plan, detail === 'terms')).join('\n'),
    `<footer>${escapeXml(`${report.generator.name} ${report.generator.version}${report.generatedAt === undefined ? '' : `, ${report.generatedAt}`}`)}</footer>`,
    '</main>\n',
  ]
    .filter((part) => part !== '')
    .join('\n')
}

/** The report as one page that needs nothing else; the reports of a stream stand below each other. */
export const html: Renderer = {
  open: `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width,initial-scale=1">\n<title>ftplan</title>\n<style>${style}</style>\n</head>\n<body>\n`,
  render: page,
  close: '</body>\n</html>\n',
}

/** The figures of one plan, large. */
function cards(plan: PlanReport): string {
  const { memory, time, cost, retention } = plan
  const card = (name: string, value: string, more: string): string =>
    `<div class="card"><span>${name}</span><b>${escapeXml(value)}</b><span>${escapeXml(more)}</span></div>`
  const range = (
    value: { low: number; mid: number; high: number } | null | undefined,
    format: (n: number) => string,
  ) => (value === null || value === undefined ? '' : formatRange(value, format))
  const cells = summaryCells(plan)
  return [
    '<div class="cards">',
    card('Plan', cells.method, `${cells.cards}, ${cells.payee}`),
    card(
      'Memory of one GPU',
      orUnknown(judgedBytes(plan), formatBytes),
      memory === null ? '' : `of ${formatBytes(memory.capacityBytes)}, ${cells.free} free`,
    ),
    card('Time', cells.time, range(time?.totalSeconds, formatSeconds)),
    card('Cost', cells.cost, range(cost.usd, formatUsd)),
    card('Quality kept', cells.retention, range(retention, formatShare)),
    '</div>',
  ].join('')
}

function ranking({ plans, hiddenPlans, decision }: Report): string {
  const heads = [
    '#',
    'method',
    'hardware',
    'from',
    'memory, GiB',
    'time',
    'cost',
    'quality',
    'verdict',
    'settings',
  ]
  const right = new Set(['#', 'time', 'cost', 'quality'])
  const rows = plans.map((plan) => {
    const cells = summaryCells(plan)
    const name = plan.id === decision.winner ? `<b>${escapeXml(cells.method)}</b>` : escapeXml(cells.method)
    const verdict = `<span class="${plan.feasible ? 'ok' : 'no'}">${escapeXml(cells.verdict)}</span>`
    return `<tr${plan.feasible ? '' : ' class="off"'}><td class="r">${cells.rank}</td><td>${name}</td><td>${escapeXml(cells.cards)}</td><td>${escapeXml(cells.payee)}</td><td>${cells.memory}${meter(plan)}</td><td class="r">${cells.time}</td><td class="r">${cells.cost}</td><td class="r">${cells.retention}</td><td>${verdict}</td><td class="dim w">${escapeXml(cells.settings)}</td></tr>`
  })
  const head = heads.map((name) => `<th${right.has(name) ? ' class="r"' : ''}>${name}</th>`).join('')
  const more = hiddenLine(hiddenPlans)
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>${more === '' ? '' : `<p class="sub">${more}</p>`}`
}

/** How full the card is, as a bar. */
function meter(plan: PlanReport): string {
  const free = freeShare(plan)
  if (free === null) return ''
  const used = Math.max(0, Math.min(1, 1 - free))
  return `<span class="meter${free < 0 ? ' over' : ''}"><i style="width:${(used * 100).toFixed(1)}%"></i></span>`
}

interface Row {
  readonly key: string
  readonly formula: string
  readonly source: string
  readonly amount: string
}

function bill(head: string, rows: readonly Row[]): string {
  if (rows.length === 0) return ''
  const lines = rows.map(
    ({ key, amount, formula, source }) =>
      `<tr><td><code>${escapeXml(key)}</code></td><td class="r">${escapeXml(amount)}</td><td class="w">${escapeXml(formula)}</td><td class="dim">${escapeXml(source)}</td></tr>`,
  )
  return `<h3>${escapeXml(head)}</h3><div class="scroll"><table><tbody>${lines.join('')}</tbody></table></div>`
}

/** Every term of a plan, folded away until it is asked for. */
function explained(plan: PlanReport, open: boolean): string {
  const { memory, time, cost } = plan
  const phases = (memory?.phases ?? []).map(({ phase, bytes, terms }) =>
    bill(
      `Memory, ${phase}: ${formatBytes(bytes)}`,
      terms.map(({ bytes: size, ...term }) => ({ ...term, amount: formatBytes(size) })),
    ),
  )
  const seconds = (terms: readonly { key: string; seconds: number; formula: string; source: string }[]) =>
    terms.map(({ seconds: length, ...term }) => ({ ...term, amount: formatSeconds(length) }))
  const constraints = plan.constraints.map(
    ({ name, value, limit, ok }) =>
      `${name}: ${constraintAmount(name, value)} against ${constraintAmount(name, limit)}, ${ok ? 'ok' : 'broken'}`,
  )
  return [
    `<details${open ? ' open' : ''}><summary>${plan.rank}. ${escapeXml(planTitle(plan))}</summary>`,
    `<p class="sub"><code>${escapeXml(plan.id)}</code></p>`,
    constraints.length === 0 ? '' : list(constraints),
    ...phases,
    bill('Time of one step', seconds(time?.terms ?? [])),
    bill('Time of the run', seconds(time?.runTerms ?? [])),
    bill(
      'Cost',
      cost.terms.map(({ usd, ...term }) => ({ ...term, amount: formatUsd(usd) })),
    ),
    ...[...qualitySections(plan), ...adviceSections(plan)].map(
      ({ title: head, lines }) => `<h3>${escapeXml(head)}</h3>${list(lines)}`,
    ),
    plan.notes.length === 0 ? '' : list(plan.notes.map(({ text }) => text)),
    '</details>',
  ].join('')
}
