import { Argument, Option } from 'commander'
import { sheetFormats } from '../../render/sheet.ts'
import type { AddCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { addCatalogOptions, addOutputOptions, addSpecOptions, collect, specArgument } from '../options.ts'
import type { ReportOptions } from '../reports.ts'
import type { SheetOptions } from '../sheets.ts'
import { type Solvable, solvable } from '../solvable.ts'

type SolveOptions = ReportOptions & SheetOptions & { readonly among?: readonly string[] }

const examples = `
Examples:
  ftplan solve sequence-length plan.yaml                    the longest sequence that fits
  ftplan solve examples plan.yaml --max-usd 100             how much data a budget buys
  ftplan solve deadline plan.yaml --max-hours 12            the cheapest plan in time, and what more speed costs
  ftplan solve model plan.yaml --max-usd 50 --among qwen    the largest model of a family
  ftplan solve break-even plan.yaml --set ownership.purchase_usd=2500
`

/** `ftplan solve WHAT [SPEC]`: the question the other way round. */
export const addSolveCommand: AddCommand = (command, host, finish) => {
  command
    .description(
      'Asks the other way round, with every constraint of the spec kept: the largest sequence-length, micro-batch, rank or model; the cheapest gpu; how many examples or epochs a budget buys; what a deadline costs; when own hardware pays off (break-even).',
    )
    .addArgument(new Argument('<what>', 'what to find').choices(solvable))
    .addArgument(specArgument())
  addOutputOptions(command, host, sheetFormats)
  addCatalogOptions(command, host)
  addSpecOptions(command)
  command.addOption(
    new Option(
      '--among <models>',
      'models that `solve model` chooses from: ids, families such as llama, or all (default: the family of the model)',
    ).argParser(collect),
  )
  command.addHelpText('after', examples)
  command.action(async (what: Solvable, reference: string | undefined, options: SolveOptions) => {
    const { onlyRequest } = await import('../reports.ts')
    const { solve } = await import('../solve/solve.ts')
    const { solutionSheet } = await import('../../render/solution.ts')
    const { writeSheet } = await import('../sheets.ts')
    const { presets, request } = await onlyRequest(reference, options, host)
    const solution = solve(what, request, presets, options.among ?? [])
    await writeSheet(host, options, solutionSheet(solution))
    finish(solution.answer === null ? exitCodes.noPlan : exitCodes.ok)
  })
}
