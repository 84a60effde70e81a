import { Chalk, type ChalkInstance } from 'chalk'
import type { Report } from '../core/domain/report.ts'
import { hiddenLine, type SummaryCells, summaryCells } from './cells.ts'
import type { Column } from './column.ts'
import { explainPlan } from './explain.ts'
import { formatCount } from './format.ts'
import { bulleted, cut, grid } from './grid.ts'
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
  { key: 'memory', head: 'needs/has GiB', short: 'GiB', align: 'right' },
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
  const isRoomy = widthOf(shown, cells, 2, false) <= view.columns
  const gap = isRoomy ? 2 : 1
  const excess = Math.max(0, widthOf(shown, cells, gap, !isRoomy) - view.columns)
  const most = cutWidths(cells, excess)
  const columns = shown.map((field) => ({ ...field, head: headOf(field, !isRoomy) }))
  const rows = cells.map((cell) =>
    shown.map(({ key }) => cut(cell[key], most[key] ?? Number.POSITIVE_INFINITY)),
  )
  const [head = '', ...lines] = grid(columns, rows, gap).split('\n')
  const coloured = lines.map((line, i) => (report.plans[i]?.feasible === false ? paint.dim(line) : line))
  return [paint.bold(head), ...coloured].join('\n')
}

const headOf = ({ head, short }: Field, isShort: boolean): string => (isShort ? (short ?? head) : head)

const longest = (cells: readonly SummaryCells[], key: keyof SummaryCells): number =>
  Math.max(0, ...cells.map((cell) => cell[key].length))

const widthOf = (
  shown: readonly Field[],
  cells: readonly SummaryCells[],
  gap: number,
  isShort: boolean,
): number =>
  shown.reduce(
    (sum, field) => sum + Math.max(headOf(field, isShort).length, longest(cells, field.key)) + gap,
    -gap,
  )

const NARROWEST = 10

/** Where the room is taken from: names of cards first, then of those who rent them out. */
function cutWidths(
  cells: readonly SummaryCells[],
  excess: number,
): Partial<Record<keyof SummaryCells, number>> {
  const cards = Math.max(Math.min(NARROWEST, longest(cells, 'cards')), longest(cells, 'cards') - excess)
  const rest = excess - (longest(cells, 'cards') - cards)
  return { cards, payee: Math.max(NARROWEST, longest(cells, 'payee') - rest) }
}

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
