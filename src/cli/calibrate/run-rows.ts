import { keysAt } from '../../catalog/schema-keys.ts'
import { suggest } from '../../catalog/suggest.ts'
import { OwnRunRow } from '../../core/domain/user-calibration.ts'
import { UserError } from '../../core/errors.ts'
import { isRecord } from '../../core/is-record.ts'
import { type KeyPath, placeIn, type SpecDocument } from '../spec/document.ts'
import { pathName, problemOf } from '../spec/problem.ts'

/** A row of a document and where it stands in it. */
export interface RowInDocument {
  readonly document: SpecDocument
  readonly path: KeyPath
  readonly value: unknown
}

/** The rows of a document: a list, a map with `rows`, or one run. */
export function rowsOf(document: SpecDocument): readonly RowInDocument[] {
  const { value } = document
  const listed = (rows: readonly unknown[], above: KeyPath): RowInDocument[] =>
    rows.map((row, index) => ({ document, path: [...above, index], value: row }))
  if (Array.isArray(value)) return listed(value, [])
  if (isRecord(value) && Array.isArray(value.rows)) return listed(value.rows, ['rows'])
  return [{ document, path: [], value }]
}

/** File, line and column of a path below a row. */
export const placeOf = (
  { document, path }: RowInDocument,
  below: KeyPath,
  what: 'key' | 'value',
): Promise<string> => placeIn(document, [...path, ...below], what)

/** The row with every key and figure checked. */
export async function checkedRow(row: RowInDocument): Promise<OwnRunRow> {
  const result = OwnRunRow.safeParse(row.value)
  if (result.success) {
    if (result.data.oom || hasFigure(result.data)) return result.data
    throw new UserError(
      'invalid-spec',
      `${await placeOf(row, ['measured'], 'value')}: the run measured nothing`,
      `figures are ${keysAt(OwnRunRow, ['measured']).join(', ')}; oom: true where it ended out of memory`,
    )
  }
  const { issues } = result.error
  // A misspelt key is also a missing one: the misspelling is what helps.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (issue === undefined) throw new UserError('invalid-spec', `${await placeOf(row, [], 'value')} is no run`)
  if (issue.code !== 'unrecognized_keys') {
    const { path, what, sentence, hint } = problemOf(issue, row.value)
    const place = await placeOf(row, path, what)
    throw new UserError('invalid-spec', `${place}: ${sentence.replace(/^the spec/, 'the run')}`, hint)
  }
  const above = issue.path.filter((part) => typeof part !== 'symbol')
  const key = issue.keys[0] ?? ''
  const known = keysAt(OwnRunRow, above)
  const near = suggest(key, known)
  throw new UserError(
    'invalid-spec',
    `${await placeOf(row, [...above, key], 'key')}: ${above.length === 0 ? 'a run' : pathName(above)} has no key ${JSON.stringify(key)}`,
    near.length > 0 ? `did you mean ${near.join(' or ')}?` : `its keys are ${known.join(', ')}`,
  )
}

const hasFigure = ({ measured }: OwnRunRow): boolean =>
  Object.entries(measured).some(([key, value]) => key !== 'memory_counter' && value !== undefined)
