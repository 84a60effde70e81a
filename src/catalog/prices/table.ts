import { UserError } from '../../core/errors.ts'
import type { Csv, CsvRecord } from './csv.ts'
import type { PriceCollector } from './findings.ts'

/** Cells of a record by the name of their column. */
export type Cells = (column: string) => string

/**
 * Calls `visit` for every whole record of a table with a header; records with missing or surplus columns and a file that breaks off are
 * problems. A header without the needed columns is no file of this kind.
 */
export function eachRow(
  csv: Csv,
  needed: readonly string[],
  found: PriceCollector,
  visit: (cells: Cells, record: CsvRecord) => void,
): void {
  const columns = new Map(csv.header.map((name, index) => [name, index]))
  const missing = needed.filter((name) => !columns.has(name))
  if (missing.length > 0) {
    throw new UserError(
      'invalid-spec',
      `the price list has no column ${missing.join(', ')}`,
      `its header is ${csv.header.join(',').slice(0, 200)}`,
    )
  }
  for (const record of csv.records) {
    if (record.line === csv.unterminatedLine) {
      found.refuse(record.line, { wrong: 'a quoted field never ends: the file is cut off' })
    } else if (record.cells.length !== csv.header.length) {
      found.refuse(record.line, { wrong: `${record.cells.length} columns instead of ${csv.header.length}` })
    } else {
      visit((column) => (record.cells[columns.get(column) ?? -1] ?? '').trim(), record)
    }
  }
}
