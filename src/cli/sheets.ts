import { renderSheet, type Sheet, type SheetFormat } from '../render/sheet.ts'
import { wantsColour } from './colour.ts'
import type { Host } from './host.ts'
import { writeResult } from './output.ts'

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
  const { json, format, output, color } = options
  const toFile = output !== undefined && output !== '-'
  const view = {
    colour: !toFile && wantsColour(color, host.env, host.out.isTTY),
    columns: (toFile ? null : host.out.columns) ?? 80,
    wraps: !toFile && host.out.isTTY,
  }
  writeResult(host, output, await renderSheet(sheet, json === true ? 'json' : format, view))
}
