import { csvLine } from './csv.ts'
import { escapeMarkdown, markdownTable } from './markdown.ts'
import type { Block } from './sheet.ts'

/** The tables of a sheet as CSV, an empty line between them. */
export const csvOf = (blocks: readonly Block[]): string =>
  blocks
    .filter(({ columns }) => columns !== undefined)
    .map(({ columns = [], rows = [] }) => [columns.map(({ head }) => head), ...rows].map(csvLine).join(''))
    .join('\r\n')

/** A sheet as Markdown. */
export const markdownOf = (blocks: readonly Block[]): string => `${blocks.map(blockOf).join('\n\n')}\n`

function blockOf({ title, columns, rows = [], lines = [] }: Block): string {
  const table =
    columns === undefined
      ? []
      : [
          markdownTable(
            columns.map(({ head, align }) => ({ head, align: align ?? 'left' })),
            rows,
          ),
        ]
  const list = lines.length === 0 ? [] : [lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n')]
  return [...(title === undefined ? [] : [`## ${escapeMarkdown(title)}`]), ...table, ...list].join('\n\n')
}
