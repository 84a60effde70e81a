import Table from 'cli-table3'
import type { Column } from './column.ts'

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
}

/** Text in columns without lines. Where a width is given, the widest columns of text are wrapped to keep to it. */
export function grid(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  gap = 2,
  width = Number.POSITIVE_INFINITY,
): string {
  const widths = fittingWidths(columns, rows, gap, width)
  const table = new Table({
    head: columns.map(({ head }) => head),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: noLines,
    // The library colours heads and lines by itself unless it is told not to.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
    ...(widths === null ? {} : { colWidths: widths.map((one) => one + gap), wordWrap: true }),
  })
  for (const row of rows) table.push([...row])
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** No column of words is made narrower. */
const NARROWEST = 16

/** Widths that keep a table to a width; null when it does by itself, or when nothing can be done. */
function fittingWidths(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  gap: number,
  width: number,
): number[] | null {
  const widths = columns.map(({ head }, i) =>
    Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)),
  )
  let excess = widths.reduce((sum, one) => sum + one + gap, 0) - width
  if (excess <= 0) return null
  while (excess > 0) {
    const texts = widths.map((one, i) => (columns[i]?.align === 'right' ? 0 : one))
    const widest = texts.indexOf(Math.max(...texts))
    if ((widths[widest] ?? 0) <= NARROWEST) return null
    widths[widest] = (widths[widest] ?? 0) - 1
    excess -= 1
  }
  return widths
}

/** A text cut to a width, the cut marked. */
export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`

/** Words broken into lines of a width; the first line has one start, the further ones another. */
export function wrap(text: string, width: number, start = '', further = ''): string {
  const lines: string[] = []
  let line = start
  let empty = true
  for (const word of text.split(' ')) {
    const longer = empty ? `${line}${word}` : `${line} ${word}`
    if (longer.length <= width || empty) {
      line = longer
    } else {
      lines.push(line)
      line = `${further}${word}`
    }
    empty = false
  }
  lines.push(line)
  return lines.join('\n')
}

/** Lines as a list under a head. */
export const bulleted = (lines: readonly string[], columns: number): string[] =>
  lines.map((line) => wrap(line, columns, '  - ', '    '))
