import type { Architecture } from '../domain/architecture.ts'
import type { DefaultValues } from '../domain/defaults.ts'
import type { Workload } from '../domain/plan.ts'
import type { Spec } from '../domain/spec.ts'
import { UserError } from '../errors.ts'
import { type Note, note } from '../notes.ts'

/** Longest sample of the data where only the mean is known: four times the mean, as in instruction sets with a long tail. */
const MAX_TO_MEAN = 4

interface TokenLengths {
  readonly mean: number
  readonly p95: number | null
  readonly max: number
}

/** Token lengths of the data; whatever is not stated is assumed and said. */
function tokenLengths(spec: Spec, defaults: DefaultValues, notes: Note[]): TokenLengths {
  const tokens = spec.dataset?.tokens ?? {}
  const assume = (key: string, value: number): number => {
    notes.push(note('default-used', { key: `dataset.tokens.${key}`, value }))
    return value
  }
  const { mean, p95, max } = tokens
  if (mean !== undefined && max !== undefined && mean > max) {
    throw new UserError(
      'invalid-spec',
      `dataset.tokens: mean ${mean} is above max ${max}`,
      'swap the two or correct one',
    )
  }
  const known =
    mean ??
    (max === undefined
      ? assume('mean', defaults.meanTokens)
      : assume('mean', Math.min(max, defaults.meanTokens)))
  const longest =
    max ?? assume('max', mean === undefined ? defaults.maxTokens : Math.max(p95 ?? 0, MAX_TO_MEAN * mean))
  return { mean: known, p95: p95 ?? null, max: longest }
}

/** The smallest power of two that holds the longest example, at most what the model was made for. */
export function defaultSequenceLength(maxTokens: number, maxPositions: number | null): number {
  const length = 2 ** Math.ceil(Math.log2(Math.max(1, maxTokens)))
  return maxPositions === null ? length : Math.min(length, maxPositions)
}

const packings = { true: 'packed', false: 'padded', 'padding-free': 'padding-free' } as const

/** One workload for each sequence length of the spec. */
export function workloadOf(
  spec: Spec,
  architecture: Architecture,
  defaults: DefaultValues,
  notes: Note[],
): readonly Workload[] {
  const dataset = spec.dataset ?? {}
  const training = spec.training ?? {}
  const lengths = tokenLengths(spec, defaults, notes)
  if (dataset.examples === undefined)
    notes.push(note('default-used', { key: 'dataset.examples', value: defaults.examples }))
  const sequenceLengths =
    training.sequence_length === undefined
      ? [defaultSequenceLength(lengths.max, architecture.maxPositions)]
      : [training.sequence_length].flat()
  return sequenceLengths.map((sequenceLength) => ({
    examples: dataset.examples ?? defaults.examples,
    epochs: dataset.epochs ?? defaults.epochs,
    meanTokens: Math.min(lengths.mean, sequenceLength),
    p95Tokens: lengths.p95 === null ? null : Math.min(lengths.p95, sequenceLength),
    maxTokens: Math.min(lengths.max, sequenceLength),
    packing: packings[`${dataset.packing ?? true}`],
    sequenceLength,
    globalBatchSize: training.global_batch_size ?? defaults.globalBatchSize,
  }))
}
