// Runs a TypeScript script of this folder: node scripts/ts.js scripts/<name>.ts [arguments].
import { mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const [script, ...rest] = process.argv.slice(2)
if (script === undefined) throw new Error('usage: node scripts/ts.js SCRIPT.ts [arguments]')
const folder = mkdtempSync(resolve('node_modules/.ftplan-script-'))
try {
  const outfile = join(folder, 'script.mjs')
  await build({
    entryPoints: [script],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  })
  process.argv = [process.argv[0] ?? 'node', script, ...rest]
  await import(pathToFileURL(outfile).href)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
