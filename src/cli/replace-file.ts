import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Writes a file beside its place and moves it there: whoever reads meanwhile, or finds the disk full, has the old content whole. */
export function replaceFile(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const workplace = mkdtempSync(`${path}.new-`)
  try {
    const draft = join(workplace, 'draft')
    writeFileSync(draft, content)
    renameSync(draft, path)
  } finally {
    rmSync(workplace, { force: true, recursive: true })
  }
}
