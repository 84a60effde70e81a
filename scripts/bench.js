// Start-up times as ratios to a bare node start, and times of large searches: node scripts/bench.js [rounds] [--starts | --searches].
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const words = process.argv.slice(2)
const rounds = Number(words.find((word) => /^\d+$/.test(word)) ?? 20)
const folder = mkdtempSync(join(tmpdir(), 'ftplan-bench-'))
const bin = resolve('bin/ftplan.js')
// A certificate bundle in the environment is read at every start and would hide the differences.
const { NODE_EXTRA_CA_CERTS, NODE_COMPILE_CACHE, ...env } = process.env
let over = false

/** Milliseconds of one run, and what it printed. */
function timed(words) {
  const start = process.hrtime.bigint()
  const { stdout } = spawnSync(process.execPath, words, {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 28,
  })
  return { milliseconds: Number(process.hrtime.bigint() - start) / 1e6, stdout }
}

/** A row of right-aligned cells behind a name. */
const row = (name, cells, rest = '') =>
  console.log(`${name.padEnd(24)}${cells.map((cell) => cell.padStart(11)).join('')}  ${rest}`)

function limited(value, limit, unit) {
  if (limit === null) return ''
  if (value > limit) over = true
  return `${limit}${unit}${value > limit ? ' over' : ''}`
}

/** Command lines and the most that each may cost, as a multiple of a bare start. They take turns, so that a busy machine slows all alike. */
function benchStarts() {
  const empty = join(folder, 'empty.mjs')
  writeFileSync(empty, '')
  const variants = [
    { name: 'bare node', words: [empty], limit: null },
    { name: '--version', words: [bin, '--version'], limit: 1.5 },
    { name: '--help', words: [bin, '--help'], limit: 1.5 },
    { name: 'completion bash', words: [bin, 'completion', 'bash'], limit: 2 },
    { name: 'usage error', words: [bin, 'estimate', '--nonsense'], limit: 1.5 },
    { name: 'estimate --json', words: [bin, 'estimate', '--json'], limit: 3 },
    { name: 'estimate', words: [bin, 'estimate'], limit: null },
  ]
  const times = new Map(variants.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const { name, words } of variants) {
      const { milliseconds } = timed(words)
      // The first round only warms the disk.
      if (round > 0) times.get(name)?.push(milliseconds)
    }
  }
  const sorted = (name) => (times.get(name) ?? []).toSorted((a, b) => a - b)
  const median = (name) => sorted(name)[Math.floor(rounds / 2)] ?? Number.NaN
  const least = (name) => sorted(name)[0] ?? Number.NaN
  row('start', ['median ms', 'ratio', 'least ms', 'ratio'], 'limit')
  for (const { name, limit } of variants) {
    const [ratio, leastRatio] = [median(name) / median('bare node'), least(name) / least('bare node')]
    const cells = [median(name).toFixed(0), ratio.toFixed(2), least(name).toFixed(0), leastRatio.toFixed(2)]
    row(name, cells, limited(Math.min(ratio, leastRatio), limit, 'x'))
  }
}

/** Cards with everything on file that a plan needs. */
function cards() {
  const directory = resolve('dist/presets/gpus')
  const gpus = readdirSync(directory).map((file) => JSON.parse(readFileSync(join(directory, file), 'utf8')))
  return gpus
    .filter(({ vendor, memoryBytesPerSecond }) => vendor === 'nvidia' && memoryBytesPerSecond !== null)
    .map(({ id }) => id)
}

/** Some cards, each in four sizes of a node, three methods, everything else left to the planner. */
const grid = (gpus, paid) => ({
  model: 'llama-3.1-8b',
  training: { method: ['full', 'lora', 'qlora'] },
  hardware: [{ gpu: gpus, count: [1, 2, 4, 8], ...paid }],
})

/** Many values of everything that may be a list. */
const wide = (gpus) => ({
  model: 'llama-3.1-8b',
  training: {
    method: ['lora', 'qlora'],
    lora: { rank: [8, 16, 32, 64, 128, 256] },
    sequence_length: [512, 1024, 2048, 4096],
    optimizer: ['adamw-fused', 'adamw-8bit', 'paged-adamw-8bit', 'adamw', 'lion'],
    global_batch_size: 64,
    stack: ['trl', 'unsloth', 'axolotl', 'torchtune', 'llamafactory'],
    gradient_checkpointing: ['none', 'full', 'selective'],
  },
  hardware: [{ gpu: gpus, count: [1, 2, 4, 8], owned: true }],
})

/** Searches and the most that each may take, on one core. */
function benchSearches() {
  const known = cards()
  // As many rows as fifty kinds of cards, though fewer are on file.
  const fifty = Array.from({ length: 50 }, (_, i) => known[i % known.length])
  const entries = (gpus, paid) => ({
    ...grid(gpus, paid),
    hardware: gpus.map((gpu) => ({ ...grid([gpu], paid).hardware[0] })),
  })
  const large = ['h100-sxm', 'a100-sxm-80gb', 'rtx4090', 'l40s', 'a10', 'h200-sxm', 'l4', 'rtx3090']
  const searches = [
    { name: '10 cards, owned', spec: entries(fifty.slice(0, 10), { owned: true }), limit: null },
    { name: '25 cards, owned', spec: entries(fifty.slice(0, 25), { owned: true }), limit: null },
    { name: '50 cards, owned', spec: entries(fifty, { owned: true }), limit: 2 },
    { name: '50 cards, rented', spec: entries(fifty, {}), limit: 2 },
    { name: 'a million plans', spec: wide(large), limit: 10 },
  ]
  row('search', ['plans', 'seconds', 'us a plan'], 'limit')
  for (const { name, spec, limit } of searches) {
    const file = join(folder, 'spec.json')
    writeFileSync(file, JSON.stringify(spec))
    const runs = Array.from({ length: 3 }, () => timed([bin, 'estimate', file, '--json', '--quiet']))
    const seconds = Math.min(...runs.map(({ milliseconds }) => milliseconds)) / 1000
    const { candidates } = JSON.parse(String(runs[0]?.stdout))
    const cells = [
      candidates.toLocaleString('en-US'),
      seconds.toFixed(2),
      ((seconds * 1e6) / candidates).toFixed(1),
    ]
    row(name, cells, limited(seconds, limit, ' s'))
  }
}

try {
  if (!words.includes('--searches')) benchStarts()
  if (!words.includes('--starts')) benchSearches()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = over ? 1 : 0
