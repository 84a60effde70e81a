import Table from 'cli-table3'

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

export interface Column {
  readonly head: string
  readonly align?: 'left' | 'right'
}

/** Text in columns without lines: what a terminal of 80 columns has room for. */
export function grid(columns: readonly Column[], rows: readonly (readonly string[])[], gap = 2): string {
  const table = new Table({
    head: columns.map(({ head }) => head),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: noLines,
    // The library colours heads and lines by itself unless it is told not to.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
  })
  for (const row of rows) table.push([...row])
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
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
