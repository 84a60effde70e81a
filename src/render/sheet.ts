import type { Column } from './column.ts'

/** Formats of everything that is no report. */
export const sheetFormats = ['table', 'json', 'yaml', 'csv', 'markdown'] as const
export type SheetFormat = (typeof sheetFormats)[number]

/** A table of a sheet, or sentences under a title. */
export interface Block {
  readonly title?: string
  readonly columns?: readonly Column[]
  readonly rows?: readonly (readonly string[])[]
  readonly lines?: readonly string[]
}

/** A result as data for machines and as blocks for people. */
export interface Sheet {
  readonly data: unknown
  readonly blocks: readonly Block[]
  /** What a terminal shows instead, where the blocks are too wide for one. */
  readonly terminal?: readonly Block[]
}

/** How a sheet is looked at. */
export interface SheetView {
  readonly colour: boolean
  readonly columns: number
  /** Wide tables are wrapped to the width: for eyes, not for `grep`. */
  readonly wraps: boolean
}

/** A sheet as text in one format. */
export async function renderSheet(sheet: Sheet, format: SheetFormat, view: SheetView): Promise<string> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(sheet.data, null, 2)}\n`
    case 'yaml': {
      const { stringify } = await import('yaml')
      const { yamlOptions } = await import('./yaml.ts')
      return stringify(sheet.data, yamlOptions)
    }
    case 'csv': {
      const { csvOf } = await import('./sheet-text.ts')
      return csvOf(sheet.blocks)
    }
    case 'markdown': {
      const { markdownOf } = await import('./sheet-text.ts')
      return markdownOf(sheet.blocks)
    }
    case 'table': {
      const { tableOf } = await import('./sheet-table.ts')
      return tableOf(sheet.terminal ?? sheet.blocks, view)
    }
  }
}
