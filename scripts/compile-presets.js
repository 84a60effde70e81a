// Compiles presets/ (YAML, checked here) into JSON that the program reads without a parser or a schema.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { importTypeScript } from './import-typescript.js'

const root = resolve(import.meta.dirname, '..')

/** Writes the compiled presets; files that are invalid are an error, or left out and returned where `strict` is false. */
export async function compilePresets({ to = join(root, 'dist/presets'), strict = true } = {}) {
  const { compilePresetTree } = await importTypeScript(join(root, 'src/catalog/compile.ts'))
  const { diskFiles } = await importTypeScript(join(root, 'src/cli/disk-files.ts'))
  const { files: compiled, problems } = compilePresetTree(diskFiles, join(root, 'presets'))
  if (strict && problems.length > 0) {
    throw new Error(`invalid presets:\n${problems.map(({ message }) => message).join('\n')}`)
  }
  writeTree(to, compiled)
  return problems
}

/** Replaces a folder in one step, and only when something changed: others may be reading it. */
function writeTree(to, compiled) {
  const hash = createHash('sha256')
  for (const [path, content] of compiled) hash.update(`${path}\n${content}\n`)
  const stamp = hash.digest('hex')
  const stampFile = join(to, '.stamp')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  const fresh = `${to}.${process.pid}`
  for (const [path, content] of [...compiled, ['.stamp', stamp]]) {
    const target = join(fresh, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, content)
  }
  const old = `${fresh}.old`
  if (existsSync(to)) renameSync(to, old)
  renameSync(fresh, to)
  rmSync(old, { recursive: true, force: true })
}
