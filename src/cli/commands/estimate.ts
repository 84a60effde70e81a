import type { AddCommand } from '../command.ts'
import {
  addCatalogOptions,
  addOutputOptions,
  addReportOptions,
  addSpecOptions,
  specArgument,
} from '../options.ts'
import type { ReportOptions } from '../reports.ts'

const examples = `
Examples:
  ftplan estimate                                    ./ftplan.yaml, or the built-in example
  ftplan estimate --model llama-3.1-8b --method qlora --gpu rtx4090 --gpus 1,2
  ftplan estimate plan.yaml --max-usd 200 --json     exit code 3 when no plan is that cheap
  ftplan estimate plan.yaml --export html=plan.html --export csv=plans.csv
`

/** `ftplan estimate [SPEC]`: every plan that the spec allows, ranked. */
export const addEstimateCommand: AddCommand = (command, host, finish) => {
  command
    .description(
      'Predicts memory, time, cost and quality of every plan that the spec allows, and ranks them.',
    )
    .addArgument(specArgument())
  addOutputOptions(command, host)
  addReportOptions(command, host)
  addCatalogOptions(command, host)
  addSpecOptions(command)
  command.addHelpText('after', examples)
  command.action(async (reference: string | undefined, options: ReportOptions) => {
    const { runReports } = await import('../reports.ts')
    finish(await runReports(reference, options, host, { detail: 'summary', shape: (report) => report }))
  })
}
