import type { Advice, HyperparameterRules, Hyperparameters } from '../domain/hyperparameters.ts'
import type { Method } from '../domain/method.ts'
import type { RetentionRules, Task } from '../domain/task.ts'
import { type Note, note } from '../notes.ts'
import { roomyRank } from '../quality/capacity.ts'
import { targetCoverage } from '../quality/target-coverage.ts'

export interface HyperparameterInput {
  readonly method: Pick<Method, 'id' | 'trains' | 'quantized_base'>
  readonly task: Task
  readonly rules: HyperparameterRules
  readonly retentionRules: RetentionRules
  /** Unique tokens, or episodes. */
  readonly uniqueAmount: number
  /** Adapter parameters at rank 1 on all linear layers. */
  readonly adapterParametersPerRank: number
  readonly stepCount: number
  /** Experts that one token passes; 1 in a dense model. */
  readonly expertsPerToken: number
  /** Largest rank that fits the card; null when nothing was tried. */
  readonly largestRank: number | null
}

/** Settings to start from, each with its usual range, reason and source. */
export function recommendedHyperparameters(input: HyperparameterInput): Hyperparameters {
  const { method, rules, stepCount } = input
  const rank = method.trains === 'adapters' ? rankAdvice(input) : null
  const { trains } = method
  return {
    learningRate: learningRate(input),
    epochs: epochsAdvice(input),
    warmupSteps: fixed(
      Math.ceil(stepCount * rules.warmupFraction.value),
      `${rules.warmupFraction.value * 100} % of ${stepCount} steps`,
      rules.warmupFraction.source,
    ),
    largestBatch:
      trains === 'adapters'
        ? fixed(
            rules.largestAdapterBatch.value,
            'adapters lose more than full fine-tuning at larger batches, whatever the rank',
            rules.largestAdapterBatch.source,
          )
        : null,
    rank,
    alpha: rank === null ? null : alphaAdvice(rank, rules),
    variant: rank === null ? null : variantAdvice(rank, input),
    targets: trains === 'adapters' ? targetsAdvice(input) : null,
  }
}

const fixed = <T>(value: T, because: string, source: string): Advice<T> => ({
  value,
  low: value,
  high: value,
  because,
  source,
})

function rowOf<R extends { readonly trains: Method['trains'] }>(
  rows: readonly R[],
  trains: Method['trains'],
): R {
  const row = rows.find((candidate) => candidate.trains === trains) ?? rows[0]
  if (row === undefined) throw new Error(`presets/hyperparameters.yaml has no row for ${trains}`)
  return row
}

/** Row of what trains and how, times 1.5 for adapters in runs too short to settle. */
function learningRate({ method, task, rules, stepCount }: HyperparameterInput): Advice<number> {
  const algorithm = task.filledBy === 'episodes' ? 'rewards' : 'supervised'
  const { low, mid, high, because, source } = rowOf(
    rules.learningRates.filter((row) => row.algorithm === algorithm),
    method.trains,
  )
  const { belowSteps, factor } = rules.shortRun
  const isShort = method.trains === 'adapters' && algorithm === 'supervised' && stepCount < belowSteps
  if (!isShort) return { value: mid, low, high, because, source }
  return {
    value: plain(mid * factor),
    low: plain(low * factor),
    high: plain(high * factor),
    because: `${because}; ${factor} times more below ${belowSteps} steps`,
    source,
  }
}

/** Without the last digits that a product of decimals leaves. */
const plain = (value: number): number => Number(value.toPrecision(12))

function epochsAdvice({ method, rules }: HyperparameterInput): Advice<number> {
  const { low, mid, high, because, source } = rowOf(rules.epochs, method.trains)
  return { value: mid, low, high, because, source }
}

/** Smallest usual rank without a penalty for lack of room on this kind of data, capped by what fits the card. */
function rankAdvice(input: HyperparameterInput): Advice<number> {
  const { task, rules, retentionRules, uniqueAmount, adapterParametersPerRank, largestRank } = input
  if (task.filledBy === 'episodes') {
    const { value, low, high, source } = rules.rewardRank
    return {
      value,
      low,
      high,
      because: 'rewards teach about one bit an episode: rank 1 matches full',
      source,
    }
  }
  const wanted = roomyRank(task, retentionRules, uniqueAmount, adapterParametersPerRank)
  if (wanted === null) {
    return fixed(rules.unknownRank.value, `nothing is known of rank on ${task.id}`, rules.unknownRank.source)
  }
  const usual = rules.ranks.find((rank) => rank >= wanted) ?? rules.ranks.at(-1) ?? wanted
  const value = largestRank === null ? usual : Math.max(1, Math.min(usual, largestRank))
  const short = value < wanted ? `, ${wanted} would be needed` : ''
  const cap = value < usual ? ', capped by memory' : ''
  const because = `smallest usual rank with room for ${task.id}${cap}${short}`
  return {
    value,
    low: value,
    high: Math.max(value, rules.ranks.at(-1) ?? value),
    because,
    source: task.sources[0] ?? '',
  }
}

const alphaAdvice = (rank: Advice<number>, { alphaPerRank }: HyperparameterRules): Advice<number> => ({
  value: rank.value * alphaPerRank.value,
  low: rank.value,
  high: rank.value * alphaPerRank.value,
  because: `${alphaPerRank.value} times the rank; keep the scale when the rank changes`,
  source: alphaPerRank.source,
})

function variantAdvice(
  rank: Advice<number>,
  { rules, method, task }: HyperparameterInput,
): NonNullable<Hyperparameters['variant']> {
  // Where rank matters, so does what quantisation takes away.
  if (method.quantized_base && task.lora.origin === 'fit') {
    return fixed(
      'loftq',
      'its initialisation knows of the quantisation and halves what that loses',
      'loftq-2024',
    )
  }
  const { value: from, source } = rules.rankStabilizedFrom
  if (rank.value >= from) return fixed('rslora', `ranks from ${from} need the rank-stabilised scale`, source)
  return fixed(
    'lora',
    'once the learning rate is tuned, variants are within 1-2 %',
    'learning-rate-matters-2026',
  )
}

function targetsAdvice({ rules, expertsPerToken }: HyperparameterInput): Advice<string> {
  const because =
    expertsPerToken > 1
      ? `MLP adapters matter most; in each expert a rank ${expertsPerToken} times smaller`
      : 'MLP adapters matter most, attention alone loses'
  return fixed(rules.targets.value, because, rules.targets.source)
}

/** What the spec states about training, where it states it. */
export interface StatedSettings {
  readonly learningRate: number | null
  readonly globalBatchSize: number
  /** Null without adapters. */
  readonly targets: readonly string[] | null
  /** Null where the spec is silent; so are the next two. */
  readonly rank?: number | null
  readonly epochs?: number | null
  readonly warmupSteps?: number | null
  readonly stepCount?: number
}

const whatTrains = ({ rank }: Hyperparameters): string =>
  rank === null ? "the model's own weights" : 'adapters'

/** Remarks on stated settings that the evidence warns of. */
export const settingNotes = (stated: StatedSettings, advice: Hyperparameters): Note[] => [
  ...rateAndTargetNotes(stated, advice),
  ...amountNotes(stated, advice),
]

/** Rank, epochs and warm-up: how much is learned, and for how long. */
function amountNotes(
  { rank = null, epochs = null, warmupSteps = null, stepCount = 0 }: StatedSettings,
  advice: Hyperparameters,
): Note[] {
  const notes: Note[] = []
  if (rank !== null && advice.rank !== null && rank < advice.rank.low) {
    notes.push(note('rank-small', { value: rank, advised: advice.rank.value, because: advice.rank.because }))
  }
  if (epochs !== null && epochs > advice.epochs.high) {
    notes.push(note('epochs-many', { value: epochs, high: advice.epochs.high, what: whatTrains(advice) }))
  }
  if (warmupSteps !== null && stepCount > 0 && warmupSteps >= stepCount) {
    notes.push(note('warmup-too-long', { value: warmupSteps, steps: stepCount }))
  }
  return notes
}

function rateAndTargetNotes(stated: StatedSettings, advice: Hyperparameters): Note[] {
  const notes: Note[] = []
  const { learningRate: rate } = stated
  const { low, high } = advice.learningRate
  // A factor of 3 beyond the usual range is outside what any source uses.
  if (rate !== null && (rate < low / 3 || rate > high * 3)) {
    notes.push(note('learning-rate-unusual', { value: rate, low, high, what: whatTrains(advice) }))
  }
  if (stated.targets !== null && targetCoverage(stated.targets) === 'attention-only') {
    notes.push(note('targets-without-mlp', { targets: stated.targets.join(', ') }))
  }
  const { largestBatch } = advice
  if (largestBatch !== null && stated.globalBatchSize > largestBatch.value) {
    notes.push(note('batch-large-for-adapters', { value: stated.globalBatchSize, limit: largestBatch.value }))
  }
  return notes
}
