// Start-up times as ratios to a bare node start, interleaved so that a busy machine slows all alike: node scripts/bench.js [rounds].
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const rounds = Number(process.argv[2] ?? 20)
const folder = mkdtempSync(join(tmpdir(), 'ftplan-bench-'))
const empty = join(folder, 'empty.mjs')
writeFileSync(empty, '')
const bin = resolve('bin/ftplan.js')

/** Command lines and the most that each may cost, as a multiple of a bare start. */
const variants = [
  { name: 'bare node', words: [empty], limit: null },
  { name: '--version', words: [bin, '--version'], limit: 1.5 },
  { name: '--help', words: [bin, '--help'], limit: 1.5 },
  { name: 'completion bash', words: [bin, 'completion', 'bash'], limit: 2 },
  { name: 'usage error', words: [bin, 'estimate', '--nonsense'], limit: 1.5 },
  { name: 'estimate --json', words: [bin, 'estimate', '--json'], limit: 3 },
  { name: 'estimate', words: [bin, 'estimate'], limit: null },
]

// A certificate bundle in the environment is read at every start and would hide the differences.
const { NODE_EXTRA_CA_CERTS, NODE_COMPILE_CACHE, ...env } = process.env
const times = new Map(variants.map(({ name }) => [name, []]))
for (let round = 0; round <= rounds; round++) {
  for (const { name, words } of variants) {
    const start = process.hrtime.bigint()
    spawnSync(process.execPath, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    // The first round only warms the disk.
    if (round > 0) times.get(name)?.push(Number(process.hrtime.bigint() - start) / 1e6)
  }
}
rmSync(folder, { recursive: true, force: true })

const sorted = (name) => (times.get(name) ?? []).toSorted((a, b) => a - b)
const median = (name) => sorted(name)[Math.floor(rounds / 2)] ?? Number.NaN
const least = (name) => sorted(name)[0] ?? Number.NaN
console.log(
  `${'command'.padEnd(18)}${'median ms'.padStart(10)}${'ratio'.padStart(8)}${'least ms'.padStart(10)}${'ratio'.padStart(8)}  limit`,
)
let over = false
for (const { name, limit } of variants) {
  const ratio = median(name) / median('bare node')
  const leastRatio = least(name) / least('bare node')
  const broken = limit !== null && Math.min(ratio, leastRatio) > limit
  over ||= broken
  const cells = [median(name).toFixed(0), ratio.toFixed(2), least(name).toFixed(0), leastRatio.toFixed(2)]
  const widths = [10, 8, 10, 8]
  const text = cells.map((cell, i) => cell.padStart(widths[i] ?? 8)).join('')
  console.log(`${name.padEnd(18)}${text}  ${limit === null ? '' : `${limit}x${broken ? ' over' : ''}`}`)
}
process.exitCode = over ? 1 : 0
