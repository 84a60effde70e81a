import { readdirSync, readFileSync, statSync } from 'node:fs'
import type { Files } from '../catalog/files.ts'

/** The real file system. */
export const diskFiles: Files = {
  readFile: (path) => readFileSync(path),
  list: (path) => readdirSync(path).sort(),
  stat: (path) => {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined) return null
    return { kind: found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other', bytes: found.size }
  },
}
