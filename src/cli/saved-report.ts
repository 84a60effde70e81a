import { resolve } from 'node:path'
import { Report } from '../core/domain/report.ts'
import { UserError } from '../core/errors.ts'
import { estimate } from '../core/estimate.ts'
import type { Host } from './host.ts'
import { onlyRequest, type ReportOptions } from './reports.ts'
import { jsonIn } from './spec/documents.ts'
import { readSpecText } from './spec/text.ts'

/** The report of a spec, or a report that was saved before. */
export async function reportFrom(reference: string, options: ReportOptions, host: Host): Promise<Report> {
  const saved = await savedReport(reference, host)
  if (saved !== null) return saved
  const { request } = await onlyRequest(reference, options, host)
  return estimate({ ...request, top: null })
}

/** What a plan is called without the hash of its settings. */
const nameOf = (id: string): string => id.replace(/#.*$/, '')

/** A report beside one that was saved with its first plans only: the plans that both can have, and the winner. */
export function comparable(report: Report, other: Report): Report {
  if (other.hiddenPlans === 0) return report
  const shown = new Set(other.plans.map(({ id }) => nameOf(id)))
  return { ...report, plans: report.plans.filter(({ id, rank }) => rank === 1 || shown.has(nameOf(id))) }
}

/** Null when the file is no report. */
async function savedReport(reference: string, host: Host): Promise<Report | null> {
  if (reference === '-' || !host.exists(resolve(host.cwd, reference))) return null
  const { text } = await readSpecText(reference, host)
  const value = jsonIn(text)
  if (typeof value !== 'object' || value === null || !('schemaVersion' in value)) return null
  const version = String(value.schemaVersion)
  if (!/^1\./.test(version)) {
    throw new UserError(
      'invalid-spec',
      `${reference}: reports of schema ${version} are not read`,
      'this version reads 1.x',
    )
  }
  const result = Report.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new UserError(
    'invalid-spec',
    `${reference} is no valid report: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  )
}
