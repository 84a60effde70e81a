import type { PlanReport } from '../core/domain/report.ts'
import { baselineLines } from './article.ts'
import { deploymentLines, federatedLines, mixtureLines } from './deployment.ts'
import { formatRange, formatRounded, formatShare } from './format.ts'

/** Sentences under a head: what a plan says beside its estimates. */
export interface AdviceSection {
  readonly title: string
  readonly lines: readonly string[]
}

/** Settings to start from, what the result takes to keep and serve, and what else the spec asked for. */
export const adviceSections = (plan: PlanReport): AdviceSection[] =>
  [
    { title: 'Scores', lines: scoreLines(plan) },
    { title: 'Settings to start from', lines: hyperparameterLines(plan) },
    { title: 'Afterwards', lines: deploymentLines(plan) },
    { title: 'Federated', lines: federatedLines(plan) },
    { title: 'Mixture of adapters', lines: mixtureLines(plan) },
    { title: 'Another formula', lines: baselineLines(plan) },
  ].filter(({ lines }) => lines.length > 0)

/** The expected retention and what it rests on; none where it is unknown. */
export const qualitySections = ({ retention }: PlanReport): AdviceSection[] =>
  retention === null
    ? []
    : [
        {
          title: `Quality kept: ${formatShare(retention.mid)}`,
          lines: [`${formatRange(retention, formatShare)}, evidence ${retention.grade}`, ...retention.basis],
        },
      ]

const score = (value: number): string => value.toFixed(3)

function scoreLines({ retention }: PlanReport): string[] {
  if (retention === null) return []
  const expected = retention.score === null ? [] : [`expected score ${formatRange(retention.score, score)}`]
  const gain =
    retention.gain === null
      ? []
      : [`share of full fine-tuning's gain ${formatRange(retention.gain, formatShare)}`]
  return [...expected, ...gain]
}

interface Advice {
  readonly value: string | number
  readonly low: string | number
  readonly high: string | number
  readonly because: string
  readonly source: string
}

const shown = (value: string | number): string => (typeof value === 'number' ? formatRounded(value) : value)

function hyperparameterLines({ hyperparameters, lora }: PlanReport): string[] {
  if (hyperparameters === null) return []
  const { learningRate, epochs, warmupSteps, largestBatch, rank, alpha, variant, targets } = hyperparameters
  // The third is what the plan itself has, where the report says it.
  const rows: readonly [string, Advice | null, string | number | undefined][] = [
    ['learning rate', learningRate, undefined],
    ['epochs', epochs, undefined],
    ['warm-up steps', warmupSteps, undefined],
    ['largest batch', largestBatch, undefined],
    ['rank', rank, lora?.rank],
    ['alpha', alpha, lora?.alpha],
    ['variant', variant, lora?.variant],
    ['targets', targets, undefined],
  ]
  return rows.flatMap(([name, advice, own]) => {
    if (advice === null) return []
    const { value, low, high, because, source } = advice
    const range = low === high ? '' : ` (${shown(low)} .. ${shown(high)})`
    const planned = own === undefined || own === value ? '' : `, this plan has ${shown(own)}`
    return [`${name} ${shown(value)}${range}${planned}: ${because} [${source}]`]
  })
}
