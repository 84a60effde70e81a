import type { PlanReport, Report } from '../core/domain/report.ts'
import { type AdviceSection, adviceSections, qualitySections } from './advice.ts'
import { hiddenLine, planTitle, type SummaryCells, summaryCells } from './cells.ts'
import { formatBytes, formatCount, formatSeconds, formatUsd } from './format.ts'
import { decisionLines, noteLines, rejectedLines } from './reasons.ts'
import type { Render, View } from './renderer.ts'

const heads: readonly [keyof SummaryCells, string, 'left' | 'right'][] = [
  ['rank', '#', 'right'],
  ['method', 'method', 'left'],
  ['cards', 'hardware', 'left'],
  ['payee', 'from', 'left'],
  ['memory', 'memory, GiB', 'right'],
  ['free', 'free', 'right'],
  ['time', 'time', 'right'],
  ['cost', 'cost', 'right'],
  ['retention', 'quality', 'right'],
  ['verdict', 'verdict', 'left'],
  ['settings', 'settings', 'left'],
]

/** Text that cannot end a cell or open a tag. */
export const escapeMarkdown = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll(/\s*\n\s*/g, ' ')

const row = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`

export const markdownTable = (
  columns: readonly { readonly head: string; readonly align: 'left' | 'right' }[],
  rows: readonly (readonly string[])[],
): string =>
  [
    row(columns.map(({ head }) => head)),
    `| ${columns.map(({ align }) => (align === 'right' ? '---:' : '---')).join(' | ')} |`,
    ...rows.map(row),
  ].join('\n')

/** The report for a pull request or a wiki. */
export const markdown: Render = (report, view) =>
  [
    `## ftplan: ${escapeMarkdown(report.model.id ?? report.model.modelType)}, ${formatCount(report.model.parameters.total)} parameters`,
    view.detail === 'terms' ? report.plans.map(explained).join('\n\n') : ranking(report),
    reasons(report, view),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')

function ranking({ plans, hiddenPlans }: Report): string {
  const columns = heads.map(([, head, align]) => ({ head, align }))
  const rows = plans.map((plan) => heads.map(([key]) => summaryCells(plan)[key]))
  const more = hiddenLine(hiddenPlans)
  return `${markdownTable(columns, rows)}${more === '' ? '' : `\n\n${more}`}`
}

function reasons(report: Report, { detail }: View): string {
  const list = (lines: readonly string[]) => lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n')
  const [head = '', ...because] = decisionLines(report)
  const parts = [`**${escapeMarkdown(head)}**${because.length === 0 ? '' : `\n\n${list(because)}`}`]
  const rejected = rejectedLines(report)
  if (rejected.length > 0 && detail === 'summary') parts.push(`### Rejected\n\n${list(rejected)}`)
  const notes = noteLines(report)
  if (notes.length > 0) parts.push(`### Notes\n\n${list(notes)}`)
  return parts.join('\n\n')
}

const remarks = ({ notes }: PlanReport): AdviceSection[] =>
  notes.length === 0 ? [] : [{ title: 'Remarks', lines: notes.map(({ text }) => text) }]

/** Every term of a plan, one table a bill. */
function explained(plan: PlanReport): string {
  const columns = [
    { head: 'term', align: 'left' },
    { head: 'amount', align: 'right' },
    { head: 'formula', align: 'left' },
    { head: 'source', align: 'left' },
  ] as const
  const bill = (title: string, rows: readonly (readonly string[])[]) =>
    rows.length === 0 ? [] : [`#### ${title}\n\n${markdownTable(columns, rows)}`]
  const phases = (plan.memory?.phases ?? []).flatMap(({ phase, bytes, terms }) =>
    bill(
      `Memory, ${phase}: ${formatBytes(bytes)}`,
      terms.map((term) => [term.key, formatBytes(term.bytes), term.formula, term.source]),
    ),
  )
  const seconds = (terms: readonly { key: string; seconds: number; formula: string; source: string }[]) =>
    terms.map((term) => [term.key, formatSeconds(term.seconds), term.formula, term.source])
  const cells = summaryCells(plan)
  return [
    `### ${plan.rank}. ${escapeMarkdown(planTitle(plan))}`,
    `\`${plan.id}\`: memory ${cells.memory} GiB, time ${cells.time}, cost ${cells.cost}, quality ${cells.retention}, ${cells.verdict}`,
    ...phases,
    ...bill('Time of one step', seconds(plan.time?.terms ?? [])),
    ...bill('Time of the run', seconds(plan.time?.runTerms ?? [])),
    ...bill(
      'Cost',
      plan.cost.terms.map((term) => [term.key, formatUsd(term.usd), term.formula, term.source]),
    ),
    ...[...qualitySections(plan), ...adviceSections(plan), ...remarks(plan)].map(
      ({ title, lines }) => `#### ${title}\n\n${lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n')}`,
    ),
  ].join('\n\n')
}
