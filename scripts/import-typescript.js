import { mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const modules = resolve(import.meta.dirname, '../node_modules')

/** Imports a TypeScript file, bundled with what it imports; packages come from node_modules. */
export async function importTypeScript(entry) {
  const folder = mkdtempSync(join(modules, '.ftplan-script-'))
  try {
    const outfile = join(folder, 'script.mjs')
    await build({
      entryPoints: [entry],
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
