import { Argument, Option } from 'commander'
import { sheetFormats } from '../../render/sheet.ts'
import type { AddCommand } from '../command.ts'
import { kindOf, kindWords } from '../listing/kinds.ts'
import { addOption, addOutputOptions } from '../options.ts'
import type { CatalogOptions } from '../price-policy.ts'
import type { SheetOptions } from '../sheets.ts'

/** `ftplan show KIND ID`: one preset in full. */
export const addShowCommand: AddCommand = (program, host) => {
  const command = program
    .command('show')
    .summary('show one preset in full')
    .description('Shows one preset in full; a model also as the path of a config.json or a Hugging Face id.')
    .addArgument(new Argument('<kind>', 'model, gpu, price, ...').choices(kindWords))
    .argument('<id>', 'id of the preset')
  addOutputOptions(command, host, sheetFormats)
  for (const option of [
    new Option('--presets <dir>', 'presets of your own, laid over the packaged ones'),
    new Option('--offline', 'never use the network'),
  ]) {
    addOption(command, host, option)
  }
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
