import { basename, resolve } from 'node:path'
import { type Catalog, openCatalog } from '../../catalog/index.ts'
import type { PriceContext } from '../../catalog/prices/context.ts'
import { CardNamer } from '../../catalog/prices/gpu-names.ts'
import {
  type ImportedPrices,
  importPrices,
  lostCards,
  refusalOf,
} from '../../catalog/prices/import-prices.ts'
import { priceListPath, priceListText, rowCountOf } from '../../catalog/prices/price-files.ts'
import { neededImportedPresets } from '../../catalog/prices/user-data.ts'
import { decoded } from '../../catalog/read-input.ts'
import { ageDays, periodOf } from '../../core/cost/dates.ts'
import type { Gpu } from '../../core/domain/gpu.ts'
import type { PriceList } from '../../core/domain/offer.ts'
import type { GpuNames } from '../../core/domain/price-import.ts'
import { UserError } from '../../core/errors.ts'
import type { Host } from '../host.ts'
import { dayOf, timeOfRun } from '../run-time.ts'

export interface ImportOptions {
  readonly provider?: string
  readonly asOf?: string
  readonly partial?: true
  readonly presets?: string
  readonly json?: true
  readonly quiet?: true
}

/** Problems that are named before the rest is only counted. */
const SHOWN_PROBLEMS = 20
const MOST_MIB = 200

/** Reads a price list of others, checks it and puts it where estimates find it. */
export async function runImport(file: string, options: ImportOptions, host: Host): Promise<void> {
  const text = await textOf(file, host)
  const packaged = await catalogWith(undefined, host)
  const catalog = await catalogWith(options.presets, host)
  const directory =
    options.presets === undefined
      ? neededImportedPresets(host.env, host.platform)
      : resolve(host.cwd, options.presets)
  const today = dayOf(timeOfRun(host))
  const known = packaged.prices()
  const imported = importPrices(text, contextOf(catalog, known, file, today, options))
  if (options.quiet !== true) writeProblems(imported, host)
  checkImport(imported, directory, options, host)
  const comment = `imported from ${basename(file)} on ${today}`
  for (const list of imported.lists) {
    host.replaceFile(priceListPath(directory, list.id), priceListText(list, comment))
  }
  host.out.write(options.json === true ? jsonOf(imported, directory) : summaryOf(imported, directory, known))
}

/** Providers are those of the package: an earlier import that is broken must not stop its repair. Cards may be the user's own. */
const catalogWith = (presets: string | undefined, host: Host): Promise<Catalog> => {
  const own = presets === undefined ? null : resolve(host.cwd, presets)
  const overlayDirs = own !== null && host.exists(own) ? [own] : []
  return openCatalog({ files: host, presetsDir: host.presetsDir, overlayDirs })
}

async function textOf(file: string, host: Host): Promise<string> {
  if (file === '-') return decoded('standard input', await host.stdin.read())
  const path = resolve(host.cwd, file)
  const status = host.stat(path)
  if (status === null) throw new UserError('usage', `${file}: there is no such file`)
  if (status.kind === 'directory') throw new UserError('usage', `${file} is a directory, not a file`)
  if (status.bytes > MOST_MIB * 2 ** 20)
    throw new UserError('usage', `${file}: at most ${MOST_MIB} MiB are read`)
  return decoded(file, host.readFile(path))
}

function contextOf(
  catalog: Catalog,
  known: readonly PriceList[],
  file: string,
  today: string,
  { provider, asOf }: ImportOptions,
): PriceContext {
  if (asOf !== undefined && periodOf(asOf) === null) {
    throw new UserError('usage', `--as-of ${asOf} is no date`, 'as in 2026-11-24, 2026-11 or 2026-H1')
  }
  if (asOf !== undefined && ageDays(asOf, today) === null) {
    throw new UserError('usage', `--as-of ${asOf} lies in the future`, `today is ${today}`)
  }
  const names = catalog.data('gpu-names') as GpuNames
  return {
    namer: new CardNamer(names, catalog.all('gpus') as readonly Gpu[]),
    names,
    known,
    provider: provider ?? null,
    asOf: asOf ?? null,
    today,
    fileName: basename(file),
  }
}

/** A file with problems, or one that looks cut off, replaces nothing unless the user says so. */
function checkImport(imported: ImportedPrices, directory: string, options: ImportOptions, host: Host): void {
  const rows = imported.lists.reduce((sum, list) => sum + list.rows.length, 0)
  if (rows === 0) {
    const { findings } = imported
    const first = findings.find(({ severity }) => severity === 'problem') ?? findings[0]
    throw new UserError(
      'invalid-spec',
      'the file holds no price that can be used',
      first === undefined ? undefined : `the first reason: ${first.reason}`,
    )
  }
  if (options.partial === true) return
  const earlierRows = (provider: string): number | null => {
    const path = priceListPath(directory, provider)
    return host.exists(path) ? rowCountOf(decoded(path, host.readFile(path))) : null
  }
  const refusal = refusalOf(imported, earlierRows)
  if (refusal !== null) throw refusal
}

/** Each problem with its line, on standard error. */
function writeProblems({ findings }: ImportedPrices, host: Host): void {
  const problems = findings.filter(({ severity }) => severity === 'problem')
  for (const { line, reason } of problems.slice(0, SHOWN_PROBLEMS)) {
    host.err.write(`${line === null ? '' : `line ${line}: `}${reason}\n`)
  }
  const hidden = problems.length - SHOWN_PROBLEMS
  if (hidden > 0) host.err.write(`... and ${hidden} more\n`)
}

/** How often each reason occurs, the most frequent first. */
function counted({ findings }: ImportedPrices): [string, number][] {
  const counts = new Map<string, number>()
  for (const { reason } of findings) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])
}

const datesOf = (list: PriceList): string => {
  const dates = [...new Set(list.rows.map(({ as_of: asOf }) => asOf ?? 'undated'))].sort()
  return dates.length === 1 ? (dates[0] ?? '') : `${dates[0]} to ${dates.at(-1)}`
}

const pricesIn = ({ rows }: PriceList): string => (rows.length === 1 ? '1 price' : `${rows.length} prices`)

function summaryOf(imported: ImportedPrices, directory: string, known: readonly PriceList[]): string {
  const lines = imported.lists.map(
    (list) => `${list.id}: ${pricesIn(list)} (${datesOf(list)}) in ${priceListPath(directory, list.id)}`,
  )
  for (const list of imported.lists) {
    const lost = lostCards(
      list,
      known.find(({ id }) => id === list.id),
    )
    if (lost.length > 0) lines.push(`${list.id}: without a price now: ${lost.join(', ')}`)
  }
  for (const [reason, count] of counted(imported)) lines.push(`left out ${count}: ${reason}`)
  if (imported.lists.some((list) => list.rows.some(({ as_of: asOf }) => asOf === null))) {
    lines.push('The file has no date: state one with --as-of, else every estimate warns.')
  }
  return `${lines.join('\n')}\n`
}

const jsonOf = ({ format, lists, findings }: ImportedPrices, directory: string): string =>
  `${JSON.stringify(
    {
      format,
      providers: lists.map((list) => ({
        id: list.id,
        prices: list.rows.length,
        file: priceListPath(directory, list.id),
      })),
      findings,
    },
    null,
    2,
  )}\n`
