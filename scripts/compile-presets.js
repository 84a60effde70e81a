// Compiles presets/ (YAML, checked here) into JSON that the program reads without a parser or a schema.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = resolve(import.meta.dirname, '..')

const files = {
  readFile: (path) => readFileSync(path),
  list: (path) => readdirSync(path).sort(),
  stat: (path) => {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined) return null
    return { kind: found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other', bytes: found.size }
  },
}

/** The compiler, bundled from its TypeScript. */
async function loadCompiler() {
  const folder = mkdtempSync(join(root, 'node_modules/.ftplan-compile-'))
  try {
    const outfile = join(folder, 'compile.mjs')
    await build({
      entryPoints: [join(root, 'src/catalog/compile.ts')],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      logLevel: 'warning',
    })
    return await import(pathToFileURL(outfile).href)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Writes the compiled presets; files that are invalid are an error, or left out and returned where `strict` is false. */
export async function compilePresets({ to = join(root, 'dist/presets'), strict = true } = {}) {
  const { compilePresetTree } = await loadCompiler()
  const { files: compiled, problems } = compilePresetTree(files, join(root, 'presets'))
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
