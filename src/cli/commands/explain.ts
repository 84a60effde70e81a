import { Option } from 'commander'
import type { Report } from '../../core/domain/report.ts'
import { UserError } from '../../core/errors.ts'
import type { AddCommand } from '../command.ts'
import {
  addCatalogOptions,
  addOutputOptions,
  addReportOptions,
  addSpecOptions,
  specArgument,
} from '../options.ts'
import type { ReportOptions } from '../reports.ts'

type ExplainOptions = ReportOptions & { readonly plan: string; readonly baseline?: 'article' }

/** `ftplan explain [SPEC]`: one plan in full. */
export const addExplainCommand: AddCommand = (command, host, finish) => {
  command
    .description(
      'Shows one plan in full: every term of memory, time, cost and quality with its formula and source.',
    )
    .addArgument(specArgument())
    .addOption(new Option('--plan <n>', 'rank or id of the plan').default('1'))
    .addOption(new Option('--baseline <name>', 'memory beside another formula').choices(['article']))
  addOutputOptions(command, host)
  addReportOptions(command, host)
  addCatalogOptions(command, host)
  addSpecOptions(command)
  command.action(async (reference: string | undefined, options: ExplainOptions) => {
    const { runReports } = await import('../reports.ts')
    const { withArticleBaseline } = await import('../../core/report/article-baseline.ts')
    const shape = (report: Report) => {
      const explained = onlyPlan(report, options.plan)
      return options.baseline === undefined ? explained : withArticleBaseline(explained)
    }
    finish(await runReports(reference, options, host, { detail: 'terms', shape, top: null }))
  })
}

/** The report with the asked plan alone. */
export function onlyPlan(report: Report, wanted: string): Report {
  const plan = report.plans.find(({ rank, id }) => String(rank) === wanted || id === wanted)
  if (plan !== undefined) {
    // What is said of single plans stands with the plan that it is said of.
    const ofPlans = new Set(report.plans.flatMap(({ notes }) => notes.map(({ text }) => text)))
    const notes = report.notes.filter(({ text }) => !ofPlans.has(text))
    return { ...report, plans: [plan], hiddenPlans: report.plans.length - 1, notes }
  }
  const count = report.plans.length
  throw new UserError(
    'usage',
    `--plan ${wanted}: there is no such plan`,
    `there ${count === 1 ? 'is 1 plan' : `are ${count} plans`}: use a rank or an id of ftplan estimate`,
  )
}
