import { Argument } from 'commander'
import { sheetFormats } from '../../render/sheet.ts'
import type { AddCommand } from '../command.ts'
import { kindOf, kindWords } from '../listing/kinds.ts'
import { addOption, addOutputOptions, presetsOption } from '../options.ts'
import type { CatalogOptions } from '../price-policy.ts'
import type { SheetOptions } from '../sheets.ts'

type ListOptions = SheetOptions & CatalogOptions & { readonly ids?: true }

/** `ftplan list KIND`: every preset of a kind. */
export const addListCommand: AddCommand = (command, host) => {
  command
    .description('Lists the presets of a kind; without a kind, the kinds.')
    .addArgument(new Argument('[kind]', 'models, gpus, prices, ...').choices(kindWords))
    .option('--ids', 'print the ids alone, one a line')
  addOutputOptions(command, host, sheetFormats)
  addOption(command, host, presetsOption())
  command.action(async (word: string | undefined, options: ListOptions) => {
    const { openPresets } = await import('../presets.ts')
    const { kindsSheet, listSheet } = await import('../listing/list.ts')
    const { writeSheet } = await import('../sheets.ts')
    const { catalog } = await openPresets(host, options)
    const kind = word === undefined ? null : kindOf(word)
    if (kind === null) return writeSheet(host, options, kindsSheet(catalog))
    if (options.ids === true)
      return host.out.write(
        catalog
          .ids(kind)
          .map((id) => `${id}\n`)
          .join(''),
      )
    await writeSheet(host, options, listSheet(catalog, kind))
  })
}
