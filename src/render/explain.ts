import type { ChalkInstance } from 'chalk'
import type { PlanReport } from '../core/domain/report.ts'
import { SECONDS_PER_HOUR } from '../core/units.ts'
import { adviceSections } from './advice.ts'
import { planTitle, settingsOf, unstatedMark, verdictWord } from './cells.ts'
import {
  formatBytes,
  formatCount,
  formatRange,
  formatRate,
  formatSeconds,
  formatShare,
  formatUsd,
  UNKNOWN,
} from './format.ts'
import { bulleted, grid, wrap } from './grid.ts'
import type { View } from './renderer.ts'

interface Line {
  readonly key: string
  readonly amount: string
  readonly formula: string
  readonly source: string
}

/** One plan in full: every term with its formula and source. */
export function explainPlan(plan: PlanReport, view: View, paint: ChalkInstance): string {
  const head = `${paint.bold(`${plan.rank}. ${planTitle(plan)}`)}: ${verdictWord(plan.verdict)}`
  return [
    `${head}\n${plan.id}\n${wrap(`${plan.stack}, ${settingsOf(plan)}, ${plan.precision}, ${plan.attention} attention, ${plan.loss} loss`, view.columns)}`,
    memoryPart(plan, view, paint),
    timePart(plan, view, paint),
    costPart(plan, view, paint),
    retentionPart(plan, paint),
    constraintsPart(plan, paint),
    ...adviceSections(plan).map(({ title, lines: sentences }) =>
      [paint.bold(title), ...bulleted(sentences, view.columns)].join('\n'),
    ),
    plan.notes.length === 0
      ? ''
      : [
          paint.bold('Remarks'),
          ...bulleted(
            plan.notes.map(({ text }) => text),
            view.columns,
          ),
        ].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** Terms as aligned lines: amount, key, then formula and source in the room that is left. */
function lines(terms: readonly Line[], columns: number): string {
  const keyWidth = Math.max(0, ...terms.map(({ key }) => key.length))
  const amountWidth = Math.max(0, ...terms.map(({ amount }) => amount.length))
  const indent = ' '.repeat(amountWidth + keyWidth + 6)
  const roomy = columns - indent.length >= 30
  return terms
    .map(({ key, amount, formula, source }) => {
      const start = `  ${amount.padStart(amountWidth)}  ${key.padEnd(keyWidth)}  `
      const why = `${formula} [${source}]`
      if (!roomy) return `${start.trimEnd()}\n${wrap(why, columns, '      ', '      ')}`
      return `${start}${wrap(why, columns - indent.length).replaceAll('\n', `\n${indent}`)}`
    })
    .join('\n')
}

function memoryPart({ memory }: PlanReport, { columns }: View, paint: ChalkInstance): string {
  if (memory === null) return ''
  const bytes = (range: { low: number; mid: number; high: number }) => formatRange(range, formatBytes)
  const peak = memory.phases.find(({ phase }) => phase === memory.peakPhase)
  const terms = (peak?.terms ?? []).map(({ bytes, ...term }) => ({ ...term, amount: formatBytes(bytes) }))
  const host = memory.hostTerms.map(({ bytes, ...term }) => ({ ...term, amount: formatBytes(bytes) }))
  const totals = [
    ['allocated', bytes(memory.allocatedBytes)],
    ['reserved', bytes(memory.reservedBytes)],
    ['device', bytes(memory.deviceBytes)],
    ['required', bytes(memory.requiredBytes)],
    ['capacity', formatBytes(memory.capacityBytes)],
    ['fits with', formatShare(memory.fitProbability)],
  ]
  const totalLines = totals.map(([name = '', value = '']) => `  ${name.padEnd(10)} ${value}`)
  return [
    paint.bold('Memory of one GPU'),
    ...totalLines,
    '',
    `Phases (peak: ${memory.peakPhase})`,
    bars(phaseBars(memory.phases), columns),
    '',
    `Terms of the peak, phase ${memory.peakPhase}`,
    lines(terms, columns),
    ...(host.length === 0 ? [] : ['', `Host memory ${formatBytes(memory.hostBytes)}`, lines(host, columns)]),
  ].join('\n')
}

interface Bar {
  readonly label: string
  readonly amount: number
  readonly text: string
}

/** Amounts in their order, as bars of one scale. */
function bars(rows: readonly Bar[], columns: number): string {
  const most = Math.max(Number.MIN_VALUE, ...rows.map(({ amount }) => amount))
  const labelWidth = Math.max(0, ...rows.map(({ label }) => label.length))
  const textWidth = Math.max(0, ...rows.map(({ text }) => text.length))
  const width = Math.max(10, Math.min(50, columns - labelWidth - textWidth - 6))
  return rows
    .map(({ label, amount, text }) => {
      const length = Math.round((amount / most) * width)
      const bar = amount > 0 && length === 0 ? '▏' : '█'.repeat(length)
      return `  ${label.padEnd(labelWidth)}  ${text.padStart(textWidth)}  ${bar}`.trimEnd()
    })
    .join('\n')
}

const phaseBars = (phases: readonly { phase: string; bytes: number }[]): Bar[] =>
  phases.map(({ phase, bytes }) => ({ label: phase, amount: bytes, text: formatBytes(bytes) }))

const runBars = (terms: readonly { key: string; seconds: number }[]): Bar[] =>
  terms.map(({ key, seconds }) => ({ label: key, amount: seconds, text: formatSeconds(seconds) }))

function timePart({ time }: PlanReport, { columns }: View, paint: ChalkInstance): string {
  if (time === null) return ''
  const seconds = ({
    seconds,
    ...term
  }: {
    seconds: number
    key: string
    formula: string
    source: string
  }) => ({
    ...term,
    amount: formatSeconds(seconds),
  })
  return [
    `${paint.bold('Time')}: ${formatSeconds(time.totalSeconds.mid)} (${formatRange(time.totalSeconds, formatSeconds)})`,
    bars(runBars(time.runTerms), columns),
    '',
    lines(time.runTerms.map(seconds), columns),
    '',
    wrap(stepSentence(time), columns),
    lines(time.terms.map(seconds), columns),
  ].join('\n')
}

const stepSentence = (time: NonNullable<PlanReport['time']>): string =>
  [
    `One step of ${formatSeconds(time.stepSeconds.mid)} (${formatRange(time.stepSeconds, formatSeconds)})`,
    `${formatCount(time.tokensPerSecondPerGpu.mid)} tokens/s per GPU`,
    `${formatShare(time.mfuFraction)} of peak FLOP/s`,
    `${formatCount(time.stepCount)} steps`,
  ].join(', ')

function costPart(plan: PlanReport, { columns }: View, paint: ChalkInstance): string {
  const { cost } = plan
  const total =
    cost.usd === null
      ? UNKNOWN
      : `${formatUsd(cost.usd.mid)}${unstatedMark(plan)} (${formatRange(cost.usd, formatUsd)})`
  const { price } = cost
  const paid =
    price === null
      ? []
      : [
          `  ${formatRate(price.usdPerGpuHour)} per GPU, ${price.provider} ${price.commitment}, as of ${price.asOf ?? UNKNOWN} [${price.source}]`,
        ]
  const terms = cost.terms.map(({ usd, ...term }) => ({ ...term, amount: formatUsd(usd) }))
  const carbon = cost.co2Kg === null ? '' : `, ${cost.co2Kg.toFixed(1)} kg of CO2`
  const energy = cost.energyKwh === null ? [] : [`  ${cost.energyKwh.toFixed(1)} kWh${carbon}`]
  return [
    `${paint.bold('Cost')}: ${total}`,
    ...paid,
    ...(terms.length ? [lines(terms, columns)] : []),
    ...energy,
  ].join('\n')
}

function retentionPart({ retention }: PlanReport, paint: ChalkInstance): string {
  if (retention === null) return `${paint.bold('Retention')}: ${UNKNOWN}`
  const range = formatRange(retention, formatShare)
  return `${paint.bold('Retention')}: ${formatShare(retention.mid)} (${range}), evidence ${retention.grade}\n${retention.basis
    .map((basis) => `  - ${basis}`)
    .join('\n')}`
}

function constraintsPart({ constraints }: PlanReport, paint: ChalkInstance): string {
  if (constraints.length === 0) return ''
  const rows = constraints.map(({ name, limit, value, slack, ok }) => [
    `  ${name}`,
    constraintAmount(name, value),
    constraintAmount(name, limit),
    constraintAmount(name, slack),
    ok ? 'ok' : 'broken',
  ])
  const columns = [
    { head: '  constraint' },
    { head: 'value' },
    { head: 'limit' },
    { head: 'slack' },
    { head: '' },
  ]
  return `${paint.bold('Constraints')}\n${grid(columns, rows)}`
}

/** A constraint's figure in the unit that its name ends in. */
export function constraintAmount(name: string, value: number | null): string {
  if (value === null) return UNKNOWN
  if (name.endsWith('usd')) return formatUsd(value)
  if (name.endsWith('hours')) return formatSeconds(value * SECONDS_PER_HOUR)
  if (name.startsWith('memory')) return formatBytes(value)
  if (name.includes('retention')) return formatShare(value)
  return String(value)
}
