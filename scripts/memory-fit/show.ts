import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { MemoryCalibration } from '../../src/core/domain/memory-calibration.ts'
import { memoryEstimate, prepareMemory } from '../../src/core/memory/index.ts'
import { memoryCases } from './corpus.ts'
import { observations, printScores, type Scored } from './score.ts'

const cal = MemoryCalibration.parse(parse(readFileSync('presets/calibration/memory.yaml', 'utf8')))
const G = 2 ** 30
const want = process.argv[2]
const file = process.argv[3] === 'runs' ? undefined : '/work/shared/data/measured/cases.jsonl'
const all: Scored[] = []
let oom = 0,
  oomFit = 0,
  ran = 0,
  ranNot = 0
const bad: string[] = []
for (const c of memoryCases(file)) {
  const p = prepareMemory(c.plan)
  const e = memoryEstimate(p, c.plan, cal, 'terms')
  all.push(...observations(c, e))
  if (c.oom) {
    oom++
    if (e.fitProbability >= 0.5) {
      oomFit++
      bad.push(c.id)
    }
  } else {
    ran++
    if (e.fitProbability < 0.5) {
      ranNot++
      bad.push('!' + c.id)
    }
  }
  if (want && want !== 'all' && !c.id.startsWith(want) && c.source !== want) continue
  const m = c.measured
  const f = (x: number) => x.toFixed(2).padStart(7)
  const t = c.plan
  const parts: string[] = []
  for (const [k, pr] of [
    ['allocatedGib', e.allocatedBytes.mid],
    ['reservedGib', e.reservedBytes.mid],
    ['deviceGib', e.deviceBytes.mid],
  ] as const)
    if (m[k] !== undefined)
      parts.push(
        `${k.slice(0, 5)} ${f(m[k]!)} ${f(pr / G)} ${(100 * (pr / G / m[k]! - 1)).toFixed(1).padStart(6)}%`,
      )
  if (m.memoryGibRange)
    parts.push(
      `${m.memoryCounter?.slice(0, 5)} [${m.memoryGibRange.map((x) => x.toFixed(2))}] R${f(e.reservedBytes.mid / G)} A${f(e.allocatedBytes.mid / G)}`,
    )
  if (c.oom) parts.push('OOM')
  const ph = e.phases
    .filter((x) => ['forward', 'loss', 'backward', 'optimizer'].includes(x.phase))
    .map((x) => f(x.bytes / G))
    .join('')
  if (want)
    console.log(
      `${c.id.padEnd(11)} ${(c.spec.model as string).padEnd(18)} ${t.method.id.padEnd(5)} ${(t.quantization?.type ?? '').padEnd(5)} b${t.microBatchSize} s${t.workload.sequenceLength} a${t.gradientAccumulation} ${t.parallelism.name}x${t.hardware.gpuCount} ${t.gradientCheckpointing.slice(0, 4)} ${t.loss.slice(0, 9)} ${t.kernels} ${t.optimizer.id} | ${parts.join(' ')} | req ${f(e.requiredBytes.mid / G)} cap ${f(e.capacityBytes / G)} p${e.fitProbability.toFixed(2)} | FLBO ${ph} ${e.peakPhase}`,
    )
  if (want === c.id)
    for (const x of e.phases) {
      console.log(`  ${x.phase} ${f(x.bytes / G)}`)
      for (const y of x.terms) console.log(`      ${y.key.padEnd(34)} ${f(y.amount / G)}  ${y.formula}`)
    }
}
printScores('scores', all)
console.log(`oom ${oom} predicted fit ${oomFit}; ran ${ran} predicted not ${ranNot}`, bad.join(' '))
