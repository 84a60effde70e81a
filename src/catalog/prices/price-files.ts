import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { PriceList } from '../../core/domain/offer.ts'

/** A price list as a preset file, one row a line. */
export function priceListText({ rows, ...header }: PriceList, comment: string): string {
  const lines = rows.map((row) => `  - ${stringify(row, { collectionStyle: 'flow', lineWidth: 0 }).trim()}`)
  return `# ${comment}\n${stringify(header)}rows:\n${lines.join('\n')}\n`
}

/** Path of a provider's price list in a folder of presets. */
export const priceListPath = (directory: string, provider: string): string =>
  join(directory, 'prices', `${provider}.yaml`)

/** Rows of a price list on file; null when it is none, so that an import may repair it. */
export function rowCountOf(text: string): number | null {
  try {
    const list = PriceList.safeParse(parse(text))
    return list.success ? list.data.rows.length : null
  } catch {
    return null
  }
}
