import type { Api, ApiAlgorithm, ApiRow, ApiStatus } from '../domain/api.ts'
import type { CostOptions } from '../domain/bill.ts'
import type { CostEstimate } from '../domain/estimates.ts'
import type { MethodId } from '../domain/method.ts'
import type { Plan, Workload } from '../domain/plan.ts'
import { type Note, note } from '../notes.ts'
import { type Sink, TermSink, TotalSink } from '../term.ts'
import { type ApiModel, type RowQuery, sideRow, trainingRows } from './api-rows.ts'
import { isWithinDays } from './dates.ts'
import { agedPriceNotes } from './price-age.ts'
import { searchRuns } from './search-runs.ts'

/** A fine-tuning service as a plan: no hardware of its own, a price per token. */
export interface ApiPlan {
  readonly id: string
  readonly provider: string
  readonly providerName: string
  /** The provider's word for the models that the price is for. */
  readonly modelClass: string
  /** Null when the provider does not say what it trains. */
  readonly method: 'full' | 'lora' | null
  readonly status: ApiStatus
  readonly cost: CostEstimate
}

export interface ApiPlanInput {
  readonly apis: readonly Api[]
  readonly model: ApiModel
  readonly workload: Workload
  readonly algorithm: Plan['algorithm']
  readonly methods: readonly MethodId[]
  /** Validation examples and how often the run reads them; null without evaluation. */
  readonly evaluation: { readonly examples: number; readonly runs: number } | null
  readonly options: CostOptions
  readonly includeUnverified: boolean
  /** Prices older than this many days, or undated, are not used; null: all are. */
  readonly maxAgeDays: number | null
  /** Day of the estimate; null: prices are not dated. */
  readonly asOf: string | null
}

const TOKENS_PER_PRICE = 1e6

const apiAlgorithm: Readonly<Partial<Record<Plan['algorithm'], ApiAlgorithm>>> = {
  sft: 'sft',
  dpo: 'dpo',
  grpo: 'rft',
}

/** What a method of the spec trains, in the words of the price lists. */
const trainedBy: Readonly<Partial<Record<MethodId, 'adapters' | 'all'>>> = {
  full: 'all',
  lora: 'adapters',
  qlora: 'adapters',
}

/** Every fine-tuning service that takes the model and the algorithm, with its bill. */
export function apiPlans(input: ApiPlanInput): ApiPlan[] {
  const algorithm = apiAlgorithm[input.algorithm]
  if (algorithm === undefined) return []
  const trains = input.methods.map((id) => trainedBy[id]).filter((one) => one !== undefined)
  if (trains.length === 0) return []
  const { model, includeUnverified } = input
  const query: RowQuery = { model, algorithm, trains, includeUnverified }
  return youngEnough(input).flatMap((api) =>
    trainingRows(api, query).map((row) => planOf(input, query, api, row)),
  )
}

function youngEnough({ apis, asOf, maxAgeDays }: ApiPlanInput): readonly Api[] {
  if (asOf === null || maxAgeDays === null) return apis
  const isYoung = (row: ApiRow): boolean => isWithinDays(row.as_of, asOf, maxAgeDays)
  return apis.map((api) => ({ ...api, rows: api.rows.filter(isYoung) }))
}

/**
 * Tokens that a service bills.
 *
 *   tokens = epochs · examples · tokens of an example (+ evaluations · validation examples · tokens of an example)
 *
 * An example counts with its mean length, or with the longest allowed where a service bills padding and the data is not packed.
 */
function billedTokens(api: Api, workload: Workload, evaluation: ApiPlanInput['evaluation']): number {
  const { billing } = api
  const padded = billing.counts === 'rows-at-max-length' && workload.packing === 'padded'
  const perExample = padded ? workload.sequenceLength : workload.meanTokens
  const evaluated =
    billing.evaluation_tokens && evaluation !== null ? evaluation.examples * evaluation.runs : 0
  return (workload.epochs * workload.examples + evaluated) * perExample
}

function planOf(input: ApiPlanInput, query: RowQuery, api: Api, row: ApiRow): ApiPlan {
  const tokens = billedTokens(api, input.workload, input.evaluation)
  const kind = row.trains === null ? '' : row.trains === 'all' ? '-full' : '-lora'
  const sink = new TermSink()
  const priced = addApiBill(sink, { input, query, api, row, tokens })
  const { total } = sink
  return {
    id: `${api.id}/${query.algorithm}${kind}/${row.class}`,
    provider: api.id,
    providerName: api.name,
    modelClass: row.class,
    method: row.trains === null ? null : row.trains === 'all' ? 'full' : 'lora',
    status: row.status,
    cost: {
      usd: priced ? { low: total, mid: total, high: total } : null,
      terms: priced ? sink.terms : [],
      price: null,
      energyKwh: null,
      co2Kg: null,
      notes: apiNotes(input, api, row, tokens),
    },
  }
}

interface ApiBill {
  readonly input: ApiPlanInput
  readonly query: RowQuery
  readonly api: Api
  readonly row: ApiRow
  readonly tokens: number
}

/**
 * The bill of a service; false when its price is not known.
 *
 *   training = billed tokens / 1e6 · USD per million, at least the minimum of a run
 *
 * Searching, repeating and failing multiply it as they multiply rent; services that do not bill failed jobs are not charged for them.
 */
function addApiBill(sink: Sink, { input, query, api, row, tokens }: ApiBill): boolean {
  const { usd } = row
  if (row.unit !== 'million-training-tokens' || typeof usd !== 'number') return false
  const { search, experiments, failedRunFraction } = input.options
  const run = new TotalSink()
  const add = (key: string, amount: number, formula: string) => {
    run.total += amount
    sink.add(key, amount, formula, row.source)
  }
  const training = (tokens / TOKENS_PER_PRICE) * usd
  add('api/training', training, `${tokens} billed tokens · ${usd} USD per million (${api.billing.rule})`)
  const minimum = api.billing.minimum_usd
  add('api/minimum', Math.max(0, minimum - training), `at least ${minimum} USD a run`)
  const perRun = run.total
  const runs = search === null ? 1 : searchRuns(search.trials, search.strategy)
  add('search', perRun * (runs - 1), `${runs} runs in all for ${search?.trials ?? 1} trials`)
  add('experiments', run.total * (experiments - 1), `${experiments} experiments`)
  const failed = api.billing.failed_runs ? failedRunFraction : 0
  add('failed-runs', run.total * failed, `${failed} failed runs for each that succeeds`)
  addAfterwards(sink, input, query, api)
  return true
}

/** What a service charges for keeping and serving the result for a month. */
function addAfterwards(sink: Sink, { options }: ApiPlanInput, query: RowQuery, api: Api): void {
  const { deployment, storage } = options
  if (deployment === null) return
  const hosting = sideRow(api, 'hosting', query)
  if (hosting !== undefined && typeof hosting.usd === 'number') {
    const amount = deployment.hoursPerMonth * deployment.adapters * hosting.usd
    const formula = `${deployment.hoursPerMonth} h a month · ${deployment.adapters} models · ${hosting.usd} USD per hour`
    sink.add('hosting/month', amount, formula, hosting.source)
  }
  const kept = sideRow(api, 'storage', query)
  if (storage === false || kept === undefined || typeof kept.usd !== 'number') return
  const models = deployment.versions * deployment.adapters
  const formula = `${models} models · ${storage.months} months · ${kept.usd} USD per model and month`
  sink.add('storage/versions', models * storage.months * kept.usd, formula, kept.source)
}

function apiNotes({ asOf }: ApiPlanInput, api: Api, row: ApiRow, tokens: number): Note[] {
  const provider = api.name
  const notes = [note('api-tokens', { provider, rule: api.billing.rule })]
  if (row.status !== 'verified') {
    notes.push(note('api-unverified', { provider, model: row.class, status: row.status, source: row.source }))
  }
  if (row.usd === null || row.unit !== 'million-training-tokens') {
    notes.push(note('price-unknown', { gpu: row.class, where: ` at ${provider}` }))
  } else if (typeof row.usd === 'object') {
    const usd = (price: number) => Number(((tokens / TOKENS_PER_PRICE) * price).toFixed(2))
    notes.push(note('api-price-range', { provider, low: usd(row.usd.low), high: usd(row.usd.high) }))
  }
  if (asOf !== null) notes.push(...agedPriceNotes({ provider, market: 'api', asOf: row.as_of }, asOf))
  return notes
}
