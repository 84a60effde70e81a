import { InvalidArgumentError, Option } from 'commander'
import { sheetFormats } from '../../render/sheet.ts'
import type { AddCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { addCatalogOptions, addOption, addOutputOptions, addSpecOptions } from '../options.ts'
import type { ReportOptions } from '../reports.ts'
import type { SheetOptions } from '../sheets.ts'

type DiffFlags = ReportOptions & SheetOptions & { readonly failOnIncrease?: number }

/** `10%` and `0.1` both mean a tenth. */
function shareOf(text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim()) ?? []
  if (digits === undefined) throw new InvalidArgumentError('It is a share, as in 10% or 0.1.')
  const share = Number(digits) / (percent === '%' ? 100 : 1)
  if (percent === '' && share > 1) throw new InvalidArgumentError(`Write ${digits}% for ${digits} percent.`)
  return share
}

/** `ftplan diff A B`: what changed from one spec or saved report to the other. */
export const addDiffCommand: AddCommand = (command, host, finish) => {
  command
    .description(
      'Shows what changed in memory, time, cost and choice between two specs or saved JSON reports.',
    )
    .argument('<before>', 'spec, or a report that was saved with --json')
    .argument('<after>', 'spec, or a report that was saved with --json')
  addOutputOptions(command, host, sheetFormats)
  const share = new Option(
    '--fail-on-increase <share>',
    'exit code 3 when memory, time or cost rises by more, as in 10%',
  )
  addOption(command, host, share.argParser(shareOf))
  addCatalogOptions(command, host)
  addSpecOptions(command)
  command.action(async (before: string, after: string, options: DiffFlags) => {
    const { comparable, reportFrom } = await import('../saved-report.ts')
    const { diffReports } = await import('../../core/plan/diff.ts')
    const { diffSheet } = await import('../../render/diff.ts')
    const { writeSheet } = await import('../sheets.ts')
    const a = await reportFrom(before, options, host)
    const b = await reportFrom(after, options, host)
    const diff = diffReports(comparable(a, b), comparable(b, a), {
      failOnIncrease: options.failOnIncrease ?? null,
    })
    await writeSheet(host, options, diffSheet(diff))
    finish(diff.failures.length > 0 ? exitCodes.noPlan : exitCodes.ok)
  })
}
