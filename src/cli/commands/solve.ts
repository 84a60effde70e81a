import { Argument } from 'commander'
import { sheetFormats } from '../../render/sheet.ts'
import type { AddCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { addCatalogOptions, addOutputOptions, addSpecOptions } from '../options.ts'
import type { ReportOptions } from '../reports.ts'
import type { SheetOptions } from '../sheets.ts'
import { type Solvable, solvable } from '../solvable.ts'

/** `ftplan solve WHAT [SPEC]`: the question the other way round. */
export const addSolveCommand: AddCommand = (program, host, finish) => {
  const command = program
    .command('solve')
    .summary('find the largest value that fits, or the cheapest GPU')
    .description(
      'Finds the largest sequence-length, micro-batch, rank or model, or the cheapest gpu, that meets every constraint of the spec.',
    )
    .addArgument(new Argument('<what>', 'what to find').choices(solvable))
    .argument('[spec]', 'YAML or JSON file, - for standard input, or the id of a scenario')
  addOutputOptions(command, host, sheetFormats)
  addCatalogOptions(command, host)
  addSpecOptions(command)
  command.action(
    async (what: Solvable, reference: string | undefined, options: ReportOptions & SheetOptions) => {
      const { onlySpec, openSession, requestOf } = await import('../reports.ts')
      const { solve } = await import('../solve.ts')
      const { solutionSheet } = await import('../../render/solution.ts')
      const { writeSheet } = await import('../sheets.ts')
      const session = await openSession(reference, options, host)
      const item = onlySpec(session)
      const spec = await session.presets.prepared(item.spec)
      const solution = solve(
        what,
        requestOf({ ...item, spec }, session.presets, options, host),
        session.presets,
      )
      await writeSheet(host, options, solutionSheet(solution))
      finish(solution.answer === null ? exitCodes.noPlan : exitCodes.ok)
    },
  )
}
