/**
 * How often the retention range held on studies that its slopes have not seen: each study is left out, slopes that were fitted are fitted
 * again on the others, and the study's rows are predicted.
 *
 *   node scripts/ts.js scripts/check-retention.ts
 */
import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { Evidence, RetentionRules, Task } from '../src/core/domain/task.ts'
import { refitted, type SlopePoint } from '../src/core/quality/slope.ts'
import { predicted, ratioOf } from './retention-rows.ts'

const read = (path: string): unknown => parse(readFileSync(`presets/${path}`, 'utf8'))
const rules = RetentionRules.parse(read('retention.yaml'))
const tasks = new Map(
  readdirSync('presets/tasks').map((name) => [name.replace('.yaml', ''), Task.parse(read(`tasks/${name}`))]),
)
const studies = readdirSync('presets/evidence')
  .sort()
  .map((name) => Evidence.parse(read(`evidence/${name}`)))

/** Where no other study shows a slope, that of instructions stands in: a judgement. */
const unknownSlope = tasks.get('instruct')?.lora.slopePerDecade ?? 0

function slopePoints(kind: string, without: string | null): SlopePoint[] {
  return studies.flatMap(({ id, rows }) =>
    id === without
      ? []
      : rows.flatMap((row) => {
          const ratio = ratioOf(row)
          const isPlain = row.method === 'lora' && row.kind === kind && row.targets === 'all-linear'
          if (!isPlain || ratio === null || row.tokens === null || row.trainable === null) return []
          return [{ capacityRatio: row.tokens / (2 * row.trainable), retention: ratio }]
        }),
  )
}

interface Score {
  rows: number
  below: number
  above: number
  error: number
}
const empty = (): Score => ({ rows: 0, below: 0, above: 0, error: 0 })
const line = (name: string, { rows, below, above, error }: Score): string =>
  `${name.padEnd(28)} ${String(rows).padStart(5)} ${String(below).padStart(7)} ${String(above).padStart(7)} ${rows === 0 ? '-' : (error / rows).toFixed(3).padStart(7)}`

console.log('slopes, fitted on all studies (fit) and as they stand in presets/tasks:')
for (const task of tasks.values()) {
  const fitted = refitted(task, slopePoints(task.id, null), unknownSlope)
  const seen =
    fitted.slopePerDecade === null
      ? 'not fitted'
      : `${fitted.slopePerDecade.toFixed(3)} from ${fitted.points} rows`
  console.log(`  ${task.id.padEnd(9)} ${task.lora.slopePerDecade} (${task.lora.origin}); refitted: ${seen}`)
}

console.log(
  `\nleave one study out: ${'\n'}${'study'.padEnd(28)}  rows   below   above     MAE   slopes without it`,
)
const total = empty()
const byKind = new Map<string, Score>()
for (const { id, rows } of studies) {
  const score = empty()
  const kinds = new Set<string>()
  for (const row of rows) {
    const measured = ratioOf(row)
    const task = row.kind === null ? undefined : tasks.get(row.kind)
    if (measured === null || task === undefined) continue
    const blind = refitted(task, slopePoints(task.id, id), unknownSlope).task
    const estimate = predicted(row, blind, rules, id)
    if (estimate === null) continue
    if (task.lora.origin === 'fit') kinds.add(`${task.id} ${blind.lora.slopePerDecade.toFixed(3)}`)
    for (const one of [score, total, byKind.get(task.id) ?? byKind.set(task.id, empty()).get(task.id)!]) {
      one.rows++
      if (measured < estimate.low) one.below++
      if (measured > estimate.high) one.above++
      one.error += Math.abs(Math.min(measured, rules.ceiling) - estimate.mid)
    }
  }
  if (score.rows > 0) console.log(`${line(id, score)}   ${[...kinds].join(', ')}`)
}
console.log(line('all', total))
console.log(`\nby kind of data:`)
for (const [kind, score] of byKind) console.log(line(kind, score))
console.log('\nabove counts runs better than full fine-tuning: its learning rate was not tuned there')
