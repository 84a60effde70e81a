// Bundles the command line into dist/ (one start file, lazily loaded parts) and compiles presets/ into JSON.
import { existsSync, rmSync } from 'node:fs'
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

rmSync('dist', { recursive: true, force: true })
if (existsSync('src/cli/main.ts')) {
  await build({
    entryPoints: ['src/cli/main.ts'],
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'none',
    chunkNames: 'chunks/[name]-[hash]',
    plugins: [noChildProcess],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  })
}
if (existsSync('scripts/compile-presets.js')) await (await import('./compile-presets.js')).compilePresets()
