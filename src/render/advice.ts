import type { PlanReport } from '../core/domain/report.ts'
import { formatBytes, formatCount, formatRange, formatShare, formatUsd, orUnknown } from './format.ts'

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

const shown = (value: string | number): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(3))) : value

function hyperparameterLines({ hyperparameters }: PlanReport): string[] {
  if (hyperparameters === null) return []
  const { learningRate, epochs, warmupSteps, largestBatch, rank, alpha, variant, targets } = hyperparameters
  const rows: readonly [string, Advice | null][] = [
    ['learning rate', learningRate],
    ['epochs', epochs],
    ['warm-up steps', warmupSteps],
    ['largest batch', largestBatch],
    ['rank', rank],
    ['alpha', alpha],
    ['variant', variant],
    ['targets', targets],
  ]
  return rows.flatMap(([name, advice]) => {
    if (advice === null) return []
    const { value, low, high, because, source } = advice
    const range = low === high ? '' : ` (${shown(low)} .. ${shown(high)})`
    return [`${name} ${shown(value)}${range}: ${because} [${source}]`]
  })
}

function deploymentLines({ deployment }: PlanReport): string[] {
  if (deployment === null) return []
  const { adapterBytes, mergedBytes, mergeNeedsOriginal, adapterCount, servingBytes, storage, comparison } =
    deployment
  const adapters =
    adapterCount === 0 ? '' : `, ${adapterCount} ${adapterCount === 1 ? 'adapter' : 'adapters'} on one base`
  const original = mergeNeedsOriginal ? ', merged into the original weights' : ''
  const month = orUnknown(storage.usdPerMonth, formatUsd)
  return [
    ...(adapterBytes === null ? [] : [`one adapter takes ${formatBytes(adapterBytes)}`]),
    `a 16-bit checkpoint takes ${formatBytes(mergedBytes)}${original}`,
    `serving takes ${formatBytes(servingBytes)}${adapters}, with ${formatCount(deployment.cachedTokens)} tokens in the cache`,
    `${storage.versions} ${storage.versions === 1 ? 'version takes' : 'versions take'} ${formatBytes(storage.bytes)} and ${month} a month${storage.basis === null ? '' : ` (${storage.basis})`}`,
    ...comparison.rows.map(
      ({ difference, paired, unpaired }) =>
        `a difference of ${formatShare(difference)} between two versions shows with ${formatCount(paired)} paired or ${formatCount(unpaired)} unpaired test items`,
    ),
  ]
}

function federatedLines({ federated }: PlanReport): string[] {
  if (federated === null) return []
  const { clients, rounds, bytesPerRound, totalBytes, usd, basis } = federated
  return [
    `${clients} clients in ${rounds} rounds send ${formatBytes(totalBytes)}, ${formatBytes(bytesPerRound)} a round`,
    `egress ${orUnknown(usd, formatUsd)}${basis === null ? '' : ` (${basis})`}`,
  ]
}

function mixtureLines({ mixture }: PlanReport): string[] {
  if (mixture === null) return []
  const { adapterCount, activeCount, parameters, routerParameters, activeParameters } = mixture
  return [
    `${adapterCount} adapters, ${activeCount} of them for each token`,
    `${formatCount(parameters)} parameters, ${formatCount(routerParameters)} of them in routers, ${formatCount(activeParameters)} active`,
  ]
}

function baselineLines({ baseline }: PlanReport): string[] {
  if (baseline === undefined) return []
  const { name, totalBytes, terms } = baseline
  return [
    `${name} says ${formatBytes(totalBytes)}`,
    ...terms.map(({ key, bytes, formula }) => `${key} ${formatBytes(bytes)}: ${formula}`),
  ]
}
