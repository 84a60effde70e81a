import { dirname } from 'node:path'
import type { Files } from '../../src/catalog/files.ts'

/** Files that only exist in memory, by absolute path. */
export function memoryFiles(contents: Readonly<Record<string, string | Uint8Array>>): Files {
  const bytesOf = (path: string): Uint8Array | undefined => {
    const content = Object.hasOwn(contents, path) ? contents[path] : undefined
    return typeof content === 'string' ? new TextEncoder().encode(content) : content
  }
  return {
    readFile: (path) => {
      const bytes = bytesOf(path)
      if (bytes === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' })
      return bytes
    },
    stat: (path) => {
      const bytes = bytesOf(path)
      if (bytes !== undefined) return { kind: 'file', bytes: bytes.length }
      const isFolder = Object.keys(contents).some((file) => file.startsWith(`${path}/`))
      return isFolder ? { kind: 'directory', bytes: 0 } : null
    },
    list: (path) =>
      Object.keys(contents)
        .filter((file) => dirname(file) === path)
        .map((file) => file.slice(path.length + 1))
        .sort(),
  }
}
