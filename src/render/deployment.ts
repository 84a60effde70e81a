import type { PlanReport } from '../core/domain/report.ts'
import { formatBytes, formatCount, formatShare, formatUsd, orUnknown } from './format.ts'

const counted = (count: number, one: string): string =>
  `${formatCount(count)} ${one}${count === 1 ? '' : 's'}`

/** What the result takes to keep, to serve and to compare with the next version. */
export function deploymentLines({ deployment }: PlanReport): string[] {
  if (deployment === null) return []
  const { adapterBytes, mergedBytes, mergeNeedsOriginal } = deployment
  const original = mergeNeedsOriginal
    ? '; merging needs the original weights and changes results a little'
    : ''
  return [
    ...(adapterBytes === null ? [] : [`one adapter on disk: ${formatBytes(adapterBytes)}`]),
    adapterBytes === null
      ? `the trained model on disk, 16 bit: ${formatBytes(mergedBytes)}`
      : `merged into a 16-bit checkpoint: ${formatBytes(mergedBytes)}${original}`,
    servingLine(deployment),
    storageLine(deployment),
    ...comparisonLines(deployment),
  ]
}

type Deployment = NonNullable<PlanReport['deployment']>

const servedWords: Readonly<Record<string, string>> = {
  'weights/base': 'base',
  'adapters/served': 'adapters',
  'buffers/key-value-cache': 'cache',
}

function servingLine({
  servingBytes,
  servingTerms,
  adapterCount,
  cachedTokens,
  cacheBytesPerToken,
}: Deployment): string {
  const who = adapterCount === 0 ? 'the model' : `${counted(adapterCount, 'adapter')} on one base`
  const parts = servingTerms.map(({ key, bytes }) => `${servedWords[key] ?? key} ${formatBytes(bytes)}`)
  const cache = `${counted(cachedTokens, 'token')} in flight at ${formatBytes(cacheBytesPerToken)} each`
  return `serving ${who}: ${formatBytes(servingBytes)} (${parts.join(', ')}), with ${cache}`
}

function storageLine({ storage, adapterBytes }: Deployment): string {
  const { versions, bytes, bytesPerVersion, usdPerMonth, usdPerVersionMonth, basis } = storage
  const base = adapterBytes === null ? '' : ' and the base'
  const price =
    usdPerMonth === null
      ? 'price of storage unknown'
      : `${formatUsd(usdPerMonth)} a month, ${orUnknown(usdPerVersionMonth, formatUsd)} for each version (${basis ?? ''})`
  return `storing ${counted(versions, 'version')} of ${formatBytes(bytesPerVersion)}${base}: ${formatBytes(bytes)}, ${price}`
}

function comparisonLines({ comparison: { score, isScoreAssumed, rows } }: Deployment): string[] {
  const at = isScoreAssumed ? `${score}, the score that needs most` : `the expected score ${score.toFixed(3)}`
  return rows.map(
    ({ difference, paired, unpaired, disagreement }, index) =>
      `an A/B test sees a difference of ${difference} in the score on ${formatCount(paired)} items that both versions answer, or ${formatCount(unpaired)} for each${
        index === 0
          ? ` (at ${at}; ${formatShare(disagreement)} of the answers differ; 5 % error, 80 % power)`
          : ''
      }`,
  )
}

/** What federated rounds send. */
export function federatedLines({ federated }: PlanReport): string[] {
  if (federated === null) return []
  const { clients, rounds, bytesPerRound, totalBytes, terms, usd, basis } = federated
  const cost = usd === null ? 'egress price unknown' : `egress ${formatUsd(usd)} (${basis ?? ''})`
  return [
    `${counted(rounds, 'round')} x ${counted(clients, 'client')}: ${formatBytes(totalBytes)}, ${formatBytes(bytesPerRound)} a round; ${cost}`,
    ...terms.map(({ key, bytes, formula, source }) => `${key} ${formatBytes(bytes)}: ${formula} [${source}]`),
  ]
}

/** Several adapters as a mixture. */
export function mixtureLines({ mixture }: PlanReport): string[] {
  if (mixture === null) return []
  const { adapterCount, activeCount, parameters, routerParameters, activeParameters, flopsPerToken } = mixture
  return [
    `${formatCount(adapterCount)} adapters, ${formatCount(activeCount)} of them for each token (Switch routing): ${formatCount(parameters)} parameters with ${formatCount(routerParameters)} in routers, ${formatCount(activeParameters)} active`,
    `${formatCount(flopsPerToken)} FLOP more in the forward pass of a token`,
  ]
}
