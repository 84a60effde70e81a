import { Chalk } from 'chalk'
import { bulleted, grid } from './grid.ts'
import type { Block, SheetView } from './sheet.ts'

/** A sheet for a terminal. */
export function tableOf(blocks: readonly Block[], { colour, columns: width, wraps }: SheetView): string {
  const paint = new Chalk({ level: colour ? 1 : 0 })
  const parts = blocks.map(({ title, columns, rows = [], lines = [] }) => {
    const [head = '', ...body] =
      columns === undefined ? [] : grid(columns, rows, 2, wraps ? width : undefined).split('\n')
    const table = columns === undefined ? [] : [paint.bold(head), ...body]
    const heading = title === undefined ? [] : [paint.bold(title)]
    return [...heading, ...table, ...bulleted(lines, width)].join('\n')
  })
  return `${parts.join('\n\n')}\n`
}
