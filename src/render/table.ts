import { Chalk, type ChalkInstance } from 'chalk'
import type { Report } from '../core/domain/report.ts'
import { hiddenLine, type SummaryCells, summaryCells } from './cells.ts'
import { explainPlan } from './explain.ts'
import { formatCount } from './format.ts'
import { bulleted, type Column, cut, grid } from './grid.ts'
import { decisionLines, noteLines, rejectedLines } from './reasons.ts'
import type { Render, View } from './renderer.ts'

interface Field extends Column {
  readonly key: keyof SummaryCells
  /** Head where room is short. */
  readonly short?: string
}

const fields: readonly Field[] = [
  { key: 'rank', head: '#', align: 'right' },
  { key: 'method', head: 'method' },
  { key: 'cards', head: 'hardware' },
  { key: 'payee', head: 'from' },
  { key: 'memory', head: 'GiB', align: 'right' },
  { key: 'free', head: 'free', align: 'right' },
  { key: 'time', head: 'time', align: 'right' },
  { key: 'cost', head: 'cost', align: 'right' },
  { key: 'retention', head: 'quality', short: 'kept', align: 'right' },
  { key: 'verdict', head: 'verdict', short: '' },
]
const settings: Field = { key: 'settings', head: 'settings' }
const WIDE = 120

/** The ranking for a terminal, then why the winner won, what was rejected, and the remarks. */
export const table: Render = (report, view) => {
  const paint = new Chalk({ level: view.colour ? 1 : 0 })
  const body = view.detail === 'terms' ? report.plans.map((plan) => explainPlan(plan, view, paint)) : []
  const parts = [
    titleLine(report, paint),
    ...(view.detail === 'terms' ? body : [ranking(report, view, paint), hiddenLine(report.hiddenPlans)]),
    decisionPart(report, view, paint),
    listPart('Rejected', view.detail === 'terms' ? [] : rejectedLines(report), view, paint),
    listPart('Notes', noteLines(report), view, paint),
  ]
  const text = parts.filter((part) => part !== '').join('\n\n')
  return `${view.position === null || view.position === 0 ? '' : '\n'}${text}\n`
}

const titleLine = ({ model }: Report, paint: ChalkInstance): string =>
  `${paint.bold(model.id ?? model.modelType)}: ${formatCount(model.parameters.total)} parameters`

function ranking(report: Report, view: View, paint: ChalkInstance): string {
  const shown = view.columns >= WIDE ? [...fields, settings] : fields
  const cells = report.plans.map(summaryCells)
  const drawn = (gap: number, most: number, short: boolean) => {
    const columns = shown.map((field) => ({
      ...field,
      head: short ? (field.short ?? field.head) : field.head,
    }))
    const lines = cells.map((cell) =>
      shown.map(({ key }) => (key === 'cards' || key === 'payee' ? cut(cell[key], most) : cell[key])),
    )
    return grid(columns, lines, gap)
  }
  const narrowest = drawn(1, 10, true)
  const tries = [drawn(2, 40, false), drawn(1, 40, true), drawn(1, 16, true), drawn(1, 13, true)]
  const text = tries.find((one) => widthOf(one) <= view.columns) ?? narrowest
  const [head = '', ...lines] = text.split('\n')
  const coloured = lines.map((line, i) => (report.plans[i]?.feasible === false ? paint.dim(line) : line))
  return [paint.bold(head), ...coloured].join('\n')
}

const widthOf = (text: string): number => Math.max(...text.split('\n').map((line) => line.length))

const decisionPart = (report: Report, { columns }: View, paint: ChalkInstance): string => {
  const [head = '', ...lines] = decisionLines(report)
  const bold = report.verdict === 'ok' ? paint.green(head) : paint.red(head)
  return [bold, ...bulleted(lines, columns)].join('\n')
}

function listPart(title: string, lines: readonly string[], { columns }: View, paint: ChalkInstance): string {
  if (lines.length === 0) return ''
  const items = bulleted(lines, columns).map((line) =>
    line.replace('- warning:', `- ${paint.yellow('warning')}:`),
  )
  return [paint.bold(title), ...items].join('\n')
}
