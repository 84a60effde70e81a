import { Option } from 'commander'
import { sheetFormats } from '../../render/sheet.ts'
import type { AddCommand } from '../command.ts'
import { addCatalogOptions, addOutputOptions } from '../options.ts'
import type { CatalogOptions } from '../price-policy.ts'
import type { SheetOptions } from '../sheets.ts'

type AccuracyFlags = SheetOptions &
  CatalogOptions & {
    readonly quantity?: 'memory' | 'time'
    readonly summary?: true
    readonly baseline?: 'article'
    readonly reference?: 'article'
  }

/** `ftplan accuracy`: how far estimates are from published measurements. */
export const addAccuracyCommand: AddCommand = (command, host) => {
  command
    .description(
      'Predicts every packaged measured run and compares: overall, by source, method, stack and GPU, and the worst rows.',
    )
    .addOption(new Option('--quantity <word>', 'only this quantity').choices(['memory', 'time']))
    .addOption(new Option('--summary', 'one line for each quantity and method'))
    .addOption(new Option('--baseline <name>', 'beside another formula').choices(['article']))
    .addOption(new Option('--reference <name>', 'judge the claims of a text instead').choices(['article']))
  addOutputOptions(command, host, sheetFormats)
  addCatalogOptions(command, host)
  command.action(async (options: AccuracyFlags) => {
    const { accuracyOf, judgedArticle } = await import('../accuracy.ts')
    const { accuracySheet, accuracySummary } = await import('../../render/accuracy.ts')
    const { requestBase } = await import('../reports.ts')
    const { openPresets } = await import('../presets.ts')
    const { writeSheet } = await import('../sheets.ts')
    const presets = await openPresets(host, options)
    if (options.reference !== undefined) {
      const { articleSheet } = await import('../../render/article.ts')
      const request = requestBase(presets, options, host)
      return writeSheet(host, options, articleSheet(judgedArticle(presets.catalog, request)))
    }
    const quantities = options.quantity === undefined ? (['memory', 'time'] as const) : [options.quantity]
    const results = quantities.map((quantity) =>
      accuracyOf(presets.catalog, quantity, options.baseline !== undefined && quantity === 'memory'),
    )
    await writeSheet(
      host,
      options,
      options.summary === true ? accuracySummary(results) : accuracySheet(results),
    )
  })
}
