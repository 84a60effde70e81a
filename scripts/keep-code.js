// Runs usual commands of dist/app.cjs once and keeps the code that V8 compiled for them: node scripts/keep-code.js
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { appScript, exportsOf } from './app-script.js'

const file = resolve('dist/app.cjs')
const script = appScript(file)
const { runProgram } = exportsOf(script, file)

const silent = { write: () => {}, isTTY: false, columns: null }
const stat = (path) => {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return null
  return { kind: found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other', bytes: found.size }
}

/** A world that reads presets and writes nothing. */
const hostOf = (argv) => ({
  argv,
  env: {},
  cwd: resolve('dist'),
  platform: process.platform,
  stdin: { isTTY: false, read: async () => new Uint8Array() },
  out: silent,
  err: silent,
  presetsDir: resolve('dist/presets'),
  now: () => new Date('2026-01-01T00:00:00Z'),
  readFile: (path) => readFileSync(path),
  writeFile: () => {},
  replaceFile: () => {},
  exists: (path) => stat(path) !== null,
  stat,
  list: (path) => readdirSync(path).sort(),
  ask: async () => '',
  fetch: () => Promise.reject(new Error('no network while building')),
})

for (const argv of [['estimate', '--json'], ['estimate'], ['explain'], ['--help'], ['list', 'gpus']]) {
  await runProgram(hostOf(argv))
}
writeFileSync('dist/app.code', script.createCachedData())
