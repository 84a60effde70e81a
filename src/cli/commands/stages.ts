import { sheetFormats } from '../../render/sheet.ts'
import type { AddCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { addCatalogOptions, addOutputOptions, addSpecOptions } from '../options.ts'
import type { ReportOptions } from '../reports.ts'
import type { SheetOptions } from '../sheets.ts'

/** `ftplan stages [SPEC]`: cheap stages first, each behind a gate. */
export const addStagesCommand: AddCommand = (program, host, finish) => {
  const command = program
    .command('stages')
    .summary('plan cheap stages with gates before the dear one')
    .description(
      'The progressive plan: QLoRA on little data, a gate, LoRA, a gate, full fine-tuning; what it costs on average and at worst.',
    )
    .argument('[spec]', 'YAML or JSON file, - for standard input, or the id of a scenario')
  addOutputOptions(command, host, sheetFormats)
  addCatalogOptions(command, host)
  addSpecOptions(command)
  command.action(async (reference: string | undefined, options: ReportOptions & SheetOptions) => {
    const { onlySpec, openSession, requestOf } = await import('../reports.ts')
    const { plannedStages } = await import('../stages.ts')
    const { stagesSheet } = await import('../../render/stages.ts')
    const { writeSheet } = await import('../sheets.ts')
    const session = await openSession(reference, options, host)
    const item = onlySpec(session)
    const spec = await session.presets.prepared(item.spec)
    const result = plannedStages(requestOf({ ...item, spec }, session.presets, options, host))
    await writeSheet(host, options, stagesSheet(result))
    finish(result.stages.every(({ feasible }) => feasible) ? exitCodes.ok : exitCodes.noPlan)
  })
}
