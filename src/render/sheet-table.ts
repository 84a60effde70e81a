import { Chalk } from 'chalk'
import { bulleted, grid } from './grid.ts'
import type { Block } from './sheet.ts'

/** A sheet for a terminal. */
export function tableOf(
  blocks: readonly Block[],
  { colour, columns: width }: { readonly colour: boolean; readonly columns: number },
): string {
  const paint = new Chalk({ level: colour ? 1 : 0 })
  const parts = blocks.map(({ title, columns, rows = [], lines = [] }) => {
    const [head = '', ...body] = columns === undefined ? [] : grid(columns, rows).split('\n')
    const table = columns === undefined ? [] : [paint.bold(head), ...body]
    const heading = title === undefined ? [] : [paint.bold(title)]
    return [...heading, ...table, ...bulleted(lines, width)].join('\n')
  })
  return `${parts.join('\n\n')}\n`
}
