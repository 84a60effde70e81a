import type { PriceList } from '../../core/domain/offer.ts'
import { UserError } from '../../core/errors.ts'
import { groupBy } from '../../core/group-by.ts'
import { kindOf, type PriceContext } from './context.ts'
import { parseCsv } from './csv.ts'
import type { Finding, FoundPrice, ReadPrices } from './findings.ts'
import { isGpuhunt, readGpuhunt } from './gpuhunt.ts'
import { readOwnList } from './own-list.ts'
import { readRentalPrices } from './rental-prices.ts'
import { isSkypilot, readSkypilot } from './skypilot.ts'

/** Price lists made from a file, one for each provider in it, and what was not taken. */
export interface ImportedPrices {
  readonly format: string
  readonly lists: readonly PriceList[]
  readonly findings: readonly Finding[]
}

/** Reads a price list in whichever of the known forms it is. */
function readPrices(text: string, context: PriceContext): ReadPrices {
  if (/^\s*[{[]/.test(text)) return readRentalPrices(parsedJson(text, context.fileName), context)
  const [firstLine = ''] = text.split(/\r?\n/, 1)
  const { header } = parseCsv(firstLine)
  if (isSkypilot(header)) return readSkypilot(text, context)
  if (isGpuhunt(header)) return readGpuhunt(text, context)
  return readOwnList(text, context)
}

function parsedJson(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UserError('invalid-spec', `${fileName} is no valid JSON: ${reason}`, 'the file may be cut off')
  }
}

/** Reads a file and makes price lists of it. An old list is replaced as a whole, so that no provider mixes prices of two days. */
export function importPrices(text: string, context: PriceContext): ImportedPrices {
  const read = readPrices(text, context)
  const byProvider = groupBy(read.prices, ({ provider }) => provider)
  const lists = [...byProvider].map(([provider, prices]) => listOf(provider, prices, read, context))
  const findings = read.findings.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
  return { format: read.format, lists, findings }
}

function listOf(provider: string, prices: FoundPrice[], read: ReadPrices, context: PriceContext): PriceList {
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(provider)) {
    throw new UserError('invalid-spec', `"${provider}" is no name of a provider`, 'name it with --provider')
  }
  const known = context.known.find(({ id }) => id === provider)
  return {
    name: known?.name ?? provider,
    kind: kindOf(provider, context),
    ...read.header,
    id: provider,
    rows: prices.map(({ row }) => row),
  }
}

/** Cards that a list on file prices and a new one does not, so that a user sees what he loses. */
export function lostCards(list: PriceList, earlier: PriceList | undefined): readonly string[] {
  const kept = new Set(list.rows.map(({ gpu }) => gpu))
  return [...new Set((earlier?.rows ?? []).map(({ gpu }) => gpu))].filter((gpu) => !kept.has(gpu)).sort()
}

/** Rows that an import may shrink a list by before it looks like half a file. */
const LEAST_SHARE = 0.5

/** Why an import must not replace what is there; null when it may. */
export function refusalOf(
  imported: ImportedPrices,
  earlierRows: (provider: string) => number | null,
): UserError | null {
  const problems = imported.findings.filter(({ severity }) => severity === 'problem')
  if (problems.length > 0) {
    const rows = imported.lists.reduce((sum, { rows }) => sum + rows.length, problems.length)
    return new UserError(
      'invalid-spec',
      `${problems.length} of ${rows} prices ${problems.length === 1 ? 'is' : 'are'} unusable: nothing was imported`,
      'correct the file, or import the rest with --partial',
    )
  }
  for (const { id, rows } of imported.lists) {
    const earlier = earlierRows(id)
    if (earlier === null || rows.length >= earlier * LEAST_SHARE) continue
    return new UserError(
      'invalid-spec',
      `${id}: ${rows.length} prices would replace ${earlier}: nothing was imported`,
      'the file looks cut off; import it nevertheless with --partial',
    )
  }
  return null
}
