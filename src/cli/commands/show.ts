import { Argument } from 'commander'
import { sheetFormats } from '../../render/sheet.ts'
import type { AddCommand } from '../command.ts'
import { kindOf, kindWords } from '../listing/kinds.ts'
import { addOption, addOutputOptions, offlineOption, presetsOption } from '../options.ts'
import type { CatalogOptions } from '../price-policy.ts'
import type { SheetOptions } from '../sheets.ts'

/** `ftplan show KIND ID`: one preset in full. */
export const addShowCommand: AddCommand = (command, host) => {
  command
    .description('Shows one preset in full; a model also as the path of a config.json or a Hugging Face id.')
    .addArgument(new Argument('<kind>', 'model, gpu, price, ...').choices(kindWords))
    .argument('<id>', 'id of the preset')
  addOutputOptions(command, host, sheetFormats)
  for (const option of [presetsOption(), offlineOption()]) addOption(command, host, option)
  command.action(async (word: string, id: string, options: SheetOptions & CatalogOptions) => {
    const { openPresets } = await import('../presets.ts')
    const { showSheet } = await import('../listing/show.ts')
    const { writeSheet } = await import('../sheets.ts')
    const presets = await openPresets(host, options)
    const kind = kindOf(word) ?? 'models'
    if (kind === 'models') await presets.prepared({ model: id })
    await writeSheet(host, options, showSheet(presets.catalog, kind, id))
  })
}
