import type { Deployment, FederatedTraffic } from '../domain/deployment.ts'
import type { Retention } from '../domain/estimates.ts'
import type { Hyperparameters } from '../domain/hyperparameters.ts'
import type { PlanReport } from '../domain/report.ts'
import type { Note } from '../notes.ts'
import type { AdapterMixture } from '../plan/deployment.ts'
import type { ComparisonItems } from '../quality/comparison-items.ts'
import type { ExpectedScore } from '../quality/score.ts'
import type { Term } from '../term.ts'

/** Where the price of storage comes from. */
export interface StoragePrice {
  readonly basis: string
  readonly source: string
}

/** Test items that a comparison of two versions needs, for each difference that it is to see. */
export interface ComparisonAdvice {
  readonly score: number
  readonly isScoreAssumed: boolean
  readonly rows: readonly (ComparisonItems & { readonly difference: number })[]
}

/** Sizes and prices of putting the result of a plan to work. */
export interface DeploymentAdvice {
  readonly deployment: Deployment
  readonly cachedTokens: number
  readonly storagePrice: StoragePrice | null
}

export interface FederatedAdvice {
  readonly clients: number
  readonly rounds: number
  readonly traffic: FederatedTraffic
  /** Null when no egress price is known. */
  readonly usd: number | null
  readonly basis: string | null
}

export interface MixtureAdvice {
  readonly adapterCount: number
  readonly activeCount: number
  readonly mixture: AdapterMixture
}

/** What a shown plan is told with beside its estimate. */
export interface PlanAdvice {
  readonly hyperparameters: Hyperparameters
  readonly notes: readonly Note[]
  /** Null without the user's score of full fine-tuning. */
  readonly score: ExpectedScore | null
  readonly deployment: DeploymentAdvice & { readonly comparison: ComparisonAdvice }
  readonly federated: FederatedAdvice | null
  readonly mixture: MixtureAdvice | null
}

type Described = Pick<PlanReport, 'hyperparameters' | 'deployment' | 'federated' | 'mixture'>

/** What a service says nothing of: it chooses the settings and hosts the result. */
export const noAdvice: Described = { hyperparameters: null, deployment: null, federated: null, mixture: null }

export const bytesTerm = ({ key, amount, formula, source }: Term) => ({ key, bytes: amount, formula, source })

/** The advice as plain data. */
export const adviceReport = ({ hyperparameters, deployment, federated, mixture }: PlanAdvice): Described => ({
  hyperparameters: { ...hyperparameters },
  deployment: deploymentReport(deployment),
  federated: federated === null ? null : federatedReport(federated),
  mixture:
    mixture === null
      ? null
      : {
          adapterCount: mixture.adapterCount,
          activeCount: mixture.activeCount,
          ...mixture.mixture,
        },
})

function deploymentReport({
  deployment: { servingTerms, storage, ...sizes },
  cachedTokens,
  storagePrice,
  comparison,
}: PlanAdvice['deployment']): PlanReport['deployment'] {
  return {
    ...sizes,
    servingTerms: servingTerms.map(bytesTerm),
    cachedTokens,
    storage: { ...storage, basis: storagePrice?.basis ?? null, source: storagePrice?.source ?? null },
    comparison: { ...comparison, rows: comparison.rows.map((row) => ({ ...row })) },
  }
}

function federatedReport({ clients, rounds, traffic, usd, basis }: FederatedAdvice): PlanReport['federated'] {
  const { bytesPerRound, totalBytes, terms } = traffic
  return { clients, rounds, bytesPerRound, totalBytes, terms: terms.map(bytesTerm), usd, basis }
}

/** Retention with what it means in the user's own points. */
export const retentionReport = (
  retention: Retention | null,
  score: ExpectedScore | null,
): PlanReport['retention'] =>
  retention === null
    ? null
    : {
        ...retention,
        basis: [...retention.basis],
        score: score === null ? null : { ...score.score },
        gain: score?.gain == null ? null : { ...score.gain },
      }
