import { join } from 'node:path'
import type { Files } from './files.ts'

const ENDING = /\.ya?ml$/

/**
 * YAML files of a preset tree by their path without the ending, as in `gpus/rtx4090`. Kinds are folders, presets are files in them:
 * deeper than that, and in hidden folders, there is nothing.
 */
export function presetFiles(files: Files, directory: string): ReadonlyMap<string, string> {
  const inside = (folder: string): string[] =>
    files
      .list(join(directory, folder))
      .filter((name) => !name.startsWith('.'))
      .map((name) => join(folder, name))
  const kindOf = (path: string) => files.stat(join(directory, path))?.kind
  const top = inside('')
  const below = top.filter((path) => kindOf(path) === 'directory').flatMap(inside)
  const presets = [...top, ...below].filter((path) => ENDING.test(path) && kindOf(path) === 'file')
  return new Map(presets.sort().map((path) => [nameOf(path), join(directory, path)]))
}

const nameOf = (path: string): string => path.replaceAll('\\', '/').replace(ENDING, '')
