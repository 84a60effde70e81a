import type { JudgedClaim } from '../core/domain/article.ts'
import type { PlanReport } from '../core/domain/report.ts'
import { right } from './column.ts'
import { formatBytes, formatRounded, formatUsd, withThousands } from './format.ts'
import type { Block, Sheet } from './sheet.ts'

const thousands = (value: number): string => withThousands(String(Math.round(value)))

/** How the figures of a claim are written, by their unit: the number, and what stands behind it. */
const figures: Readonly<Record<JudgedClaim['unit'], readonly [(value: number) => string, string]>> = {
  GB: [(value) => (value >= 1000 ? thousands(value) : formatRounded(value)), ' GB'],
  h: [formatRounded, ' h'],
  USD: [formatUsd, ''],
  parameters: [thousands, ''],
  share: [(value) => formatRounded(value * 100), ' %'],
  times: [formatRounded, ' times'],
  none: [formatRounded, ''],
}

interface Ends {
  readonly low: number
  readonly high: number
}

/** One number where both ends are written alike, else a range; the unit once. */
function endsText({ low, high }: Ends, unit: JudgedClaim['unit']): string {
  const [number, suffix] = figures[unit]
  const [from, to] = [number(low), number(high)]
  return `${from === to ? from : `${from} .. ${to}`}${suffix}`
}

const saidText = ({ value, unit }: JudgedClaim): string => {
  if (value === null) return ''
  return endsText(typeof value === 'number' ? { low: value, high: value } : value, unit)
}

const estimateText = ({ estimate, unit }: JudgedClaim): string =>
  estimate === null ? '' : endsText(estimate, unit)

/** A heading of the article from its key: `case-studies` is "Case studies". */
function sectionTitle(key: string): string {
  const words = key.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The article's claims, each with a verdict and a reason: one table for machines, lists by section for a terminal. */
export function articleSheet(claims: readonly JudgedClaim[]): Sheet {
  const counts = new Map<string, number>()
  for (const { verdict } of claims) counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
  const summary: Block = {
    title: `${claims.length} claims of the article`,
    lines: [...counts].map(([verdict, count]) => `${verdict}: ${count}`),
  }
  return {
    data: claims,
    blocks: [
      summary,
      {
        columns: [
          { head: 'section' },
          { head: 'claim' },
          right('says'),
          right('estimate'),
          { head: 'verdict' },
          { head: 'reason' },
        ],
        rows: claims.map((claim) => [
          sectionTitle(claim.section),
          claim.claim,
          saidText(claim),
          estimateText(claim),
          claim.verdict,
          claim.reason,
        ]),
      },
    ],
    terminal: [summary, ...sectionBlocks(claims)],
  }
}

const sectionBlocks = (claims: readonly JudgedClaim[]): Block[] =>
  [...new Set(claims.map(({ section }) => section))].map((section) => ({
    title: sectionTitle(section),
    lines: claims.filter((claim) => claim.section === section).map(claimLine),
  }))

function claimLine(claim: JudgedClaim): string {
  const estimate = claim.estimate === null ? '' : `; it is ${estimateText(claim)}`
  return `${claim.verdict}: ${claim.claim}${estimate}: ${claim.reason}`
}

/** Parts of memory that both formulas have, by the first word of their terms. */
const parts: readonly (readonly [name: string, words: readonly string[]])[] = [
  ['weights', ['weights', 'adapters']],
  ['gradients', ['gradients']],
  ['optimizer', ['optimizer']],
]

/** Another formula for the memory of a plan beside ours, part by part, all cards together. */
export function baselineLines({ baseline, memory, gpuCount }: PlanReport): string[] {
  if (baseline === undefined) return []
  const cards = gpuCount ?? 1
  const peak = memory?.phases.find(({ phase }) => phase === memory.peakPhase)
  const wordOf = (key: string): string => key.split('/')[0] ?? key
  const ours = (isPart: (word: string) => boolean): number =>
    (peak?.terms ?? []).reduce((sum, { key, bytes }) => (isPart(wordOf(key)) ? sum + bytes : sum), 0) * cards
  const theirs = (isPart: (word: string) => boolean): number =>
    baseline.terms.reduce((sum, { key, bytes }) => (isPart(wordOf(key)) ? sum + bytes : sum), 0)
  const named = new Set(parts.flatMap(([, words]) => words))
  const line = (name: string, isPart: (word: string) => boolean): string =>
    `${name}: ${formatBytes(theirs(isPart))}, ours ${formatBytes(ours(isPart))}`
  const factor = peak === undefined ? null : baseline.totalBytes / (peak.bytes * cards)
  return [
    `the formula of the ${baseline.name}: ${formatBytes(baseline.totalBytes)}; ours in phase ${memory?.peakPhase ?? ''}: ${formatBytes((peak?.bytes ?? 0) * cards)}${cards === 1 ? '' : `, ${cards} GPUs together`}${factor === null ? '' : `; ${formatRounded(factor)} times as much`}`,
    ...parts.map(([name, words]) => line(name, (word) => words.includes(word))),
    line('activations and all else', (word) => !named.has(word)),
    ...baseline.terms.map(({ key, formula }) => `${key}: ${formula}`),
  ]
}
