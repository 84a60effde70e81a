// Bundles the command line into dist/ (a small start file and the program) and compiles presets/ into JSON.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { build } from 'esbuild'

/** commander loads this for commands that are programs of their own; there are none, and it costs start-up time. */
const noChildProcess = {
  name: 'no-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path: 'child_process', namespace: 'empty' } : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: '' }))
  },
}

/** The start file loads the program as dist/app.js does. */
const programApart = {
  name: 'program-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/run-program\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './app.js', external: true } : undefined,
    )
  },
}

const usual = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
}

rmSync('dist', { recursive: true, force: true })
await build({
  ...usual,
  entryPoints: ['src/cli/main.ts', 'scripts/app.js'],
  outdir: 'dist',
  entryNames: '[name]',
  format: 'esm',
  plugins: [programApart],
})
await build({
  ...usual,
  entryPoints: ['src/cli/run-program.ts'],
  outfile: 'dist/app.cjs',
  format: 'cjs',
  // The script runs where `import()` is not at hand.
  supported: { 'dynamic-import': false },
  plugins: [noChildProcess],
})
await (await import('./compile-presets.js')).compilePresets()
execFileSync(process.execPath, ['scripts/keep-code.js'], { stdio: 'inherit' })
