import { renderSheet, type Sheet, type SheetFormat } from '../render/sheet.ts'
import { wantsColour } from './colour.ts'
import type { Host } from './host.ts'
import { DEFAULT_COLUMNS, fileOf, formatOf, writeResult } from './output.ts'

/** Flags of the commands whose result is no report. */
export interface SheetOptions {
  readonly format: SheetFormat
  readonly json?: true
  readonly output?: string
  readonly color?: boolean
  readonly quiet?: true
}

/** Writes a sheet to where and in the format that the flags say. */
export async function writeSheet(host: Host, options: SheetOptions, sheet: Sheet): Promise<void> {
  const { output, color } = options
  const toTerminal = fileOf(output) === null
  const view = {
    colour: toTerminal && wantsColour(color, host.env, host.out.isTTY),
    columns: (toTerminal ? host.out.columns : null) ?? DEFAULT_COLUMNS,
    wraps: toTerminal && host.out.isTTY,
  }
  writeResult(host, output, await renderSheet(sheet, formatOf(options), view))
}
