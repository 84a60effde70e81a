import { sheetFormats } from '../../render/sheet.ts'
import type { AddCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { addCatalogOptions, addOutputOptions, addSpecOptions, specArgument } from '../options.ts'
import type { ReportOptions } from '../reports.ts'
import type { SheetOptions } from '../sheets.ts'

/** `ftplan stages [SPEC]`: cheap stages first, each behind a gate. */
export const addStagesCommand: AddCommand = (command, host, finish) => {
  command
    .description(
      'The progressive plan: QLoRA on little data, a gate, LoRA, a gate, full fine-tuning; what it costs on average and at worst.',
    )
    .addArgument(specArgument())
  addOutputOptions(command, host, sheetFormats)
  addCatalogOptions(command, host)
  addSpecOptions(command)
  command.action(async (reference: string | undefined, options: ReportOptions & SheetOptions) => {
    const { onlyRequest } = await import('../reports.ts')
    const { plannedStages } = await import('../stages.ts')
    const { stagesSheet } = await import('../../render/stages.ts')
    const { writeSheet } = await import('../sheets.ts')
    const { request } = await onlyRequest(reference, options, host)
    const result = plannedStages(request)
    await writeSheet(host, options, stagesSheet(result))
    finish(result.stages.every(({ feasible }) => feasible) ? exitCodes.ok : exitCodes.noPlan)
  })
}
