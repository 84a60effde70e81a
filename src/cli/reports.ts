import type { Report } from '../core/domain/report.ts'
import { UserError } from '../core/errors.ts'
import { estimate } from '../core/estimate.ts'
import type { EstimateRequest } from '../core/request.ts'
import { type ExitCode, exitCodeOfError, exitCodeOfVerdict, worstExitCode } from './exit-code.ts'
import type { Host } from './host.ts'
import type { OutputOptions } from './options.ts'
import { ReportWriter } from './output.ts'
import { openPresets, type Presets } from './presets.ts'
import { type CatalogOptions, pricePolicy } from './price-policy.ts'
import { printError } from './print-error.ts'
import { Progress } from './progress.ts'
import { dayOf, timeOfRun } from './run-time.ts'
import { type ReadSpec, readSpecs, type SpecStream } from './spec/read.ts'
import type { Flags } from './spec/settings.ts'
import { version } from './version.ts'

export type ReportOptions = OutputOptions & CatalogOptions & Flags

/** Specs that are read, and what is needed to estimate them. */
export interface Session {
  readonly presets: Presets
  readonly stream: SpecStream
}

/** Opens the presets and reads the specs. */
export async function openSession(
  reference: string | undefined,
  options: ReportOptions,
  host: Host,
): Promise<Session> {
  const presets = await openPresets(host, options)
  return { presets, stream: await readSpecs(reference, options, host, presets) }
}

/** Plans that are shown where nobody says how many. */
const USUAL_TOP = 10

/** Flags that decide how every spec is estimated. */
export type RequestOptions = CatalogOptions & {
  readonly all?: unknown
  readonly top?: unknown
  readonly timestamp?: unknown
}

/** What the core is asked whatever the spec is. */
export function requestBase(
  presets: Presets,
  options: RequestOptions,
  host: Host,
): Omit<EstimateRequest, 'spec' | 'origins'> {
  const time = timeOfRun(host)
  const all = options.all === true
  const isDated = options.timestamp !== false && host.env.SOURCE_DATE_EPOCH === undefined
  return {
    library: presets.library,
    asOf: presets.lockedOn ?? dayOf(time),
    prices: pricePolicy(options),
    top: typeof options.top === 'number' ? options.top : all ? null : USUAL_TOP,
    all,
    generator: { name: 'ftplan', version },
    generatedAt: isDated ? time.toISOString() : null,
  }
}

/** What the core is asked for one spec, with everything that it names. */
async function requestOf(
  { spec, origins }: ReadSpec,
  presets: Presets,
  options: RequestOptions,
  host: Host,
): Promise<EstimateRequest> {
  const prepared = await presets.prepared(spec)
  return { ...requestBase(presets, options, host), spec: prepared, origins }
}

/** What the core is asked by a command that takes one spec. */
export async function onlyRequest(
  reference: string | undefined,
  options: ReportOptions,
  host: Host,
): Promise<{ readonly presets: Presets; readonly request: EstimateRequest }> {
  const { presets, stream } = await openSession(reference, options, host)
  const [item] = stream.items
  if (item === undefined || stream.many) {
    throw new UserError('usage', `there are ${stream.items.length} specs: this command takes one`)
  }
  if ('error' in item) throw item.error
  return { presets, request: await requestOf(item, presets, options, host) }
}

/** How a command looks at the reports of its specs. */
export interface ReportCommand {
  readonly detail: 'summary' | 'terms'
  /** What the command makes of a report before it is written. */
  readonly shape: (report: Report) => Report
  readonly top?: null
}

/** Estimates every spec and writes the reports in order; an invalid one has its error in its place. */
export async function runReports(
  reference: string | undefined,
  options: ReportOptions,
  host: Host,
  command: ReportCommand,
): Promise<ExitCode> {
  const { presets, stream } = await openOrExplain(reference, options, host)
  const writer = new ReportWriter(host, options, stream.many, command.detail)
  const codes: ExitCode[] = []
  for (const [position, item] of stream.items.entries()) {
    const outcome = 'error' in item ? item.error : await reportOf(item, presets, options, host, command)
    await writer.write(outcome, position)
    if (outcome instanceof UserError) printError(host, outcome, stream.many ? position + 1 : null)
    codes.push(
      outcome instanceof UserError ? exitCodeOfError[outcome.code] : exitCodeOfVerdict(outcome.verdict),
    )
  }
  await writer.end()
  return worstExitCode(codes)
}

async function reportOf(
  item: ReadSpec,
  presets: Presets,
  options: ReportOptions,
  host: Host,
  { shape, top }: ReportCommand,
): Promise<Report | UserError> {
  try {
    const request = await requestOf(item, presets, options, host)
    return shape(estimated(top === null ? { ...request, top: null } : request, options, host))
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
}

/** The report of a request; a long search tells how far it has come, unless nothing but the result is wanted. */
function estimated(request: EstimateRequest, { quiet }: ReportOptions, host: Host): Report {
  if (quiet === true) return estimate(request)
  const progress = new Progress(host)
  try {
    return estimate({ ...request, onProgress: progress.show })
  } finally {
    progress.end()
  }
}

/** A spec that cannot even be read is an error object too, where machines listen. */
async function openOrExplain(
  reference: string | undefined,
  options: ReportOptions,
  host: Host,
): Promise<Session> {
  try {
    return await openSession(reference, options, host)
  } catch (error) {
    if (error instanceof UserError) await new ReportWriter(host, options, false, 'summary').write(error, 0)
    throw error
  }
}
