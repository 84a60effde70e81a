import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { PriceList } from '../../core/domain/offer.ts'

/** A price list as a preset file, one row a line. */
export function priceListText({ rows, ...header }: PriceList, comment: string): string {
  const lines = rows.map((row) => `  - ${stringify(row, { collectionStyle: 'flow', lineWidth: 0 }).trim()}`)
  return `# ${comment}\n${stringify(header)}rows:\n${lines.join('\n')}\n`
}

/**
 * Writes price lists into `directory/prices`. All files are written beside their places first and moved afterwards: whoever reads
 * meanwhile, or finds the disk full, has the old list.
 */
export function writePriceLists(directory: string, lists: readonly PriceList[], comment: string): string[] {
  const folder = join(directory, 'prices')
  mkdirSync(folder, { recursive: true })
  const files = lists.map((list) => {
    const path = join(folder, `${list.id}.yaml`)
    return { path, draft: `${path}.new-${process.pid}`, text: priceListText(list, comment) }
  })
  try {
    for (const { draft, text } of files) writeFileSync(draft, text)
    for (const { draft, path } of files) renameSync(draft, path)
  } finally {
    for (const { draft } of files) rmSync(draft, { force: true })
  }
  return files.map(({ path }) => path)
}
