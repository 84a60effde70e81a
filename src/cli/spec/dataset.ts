import { resolve } from 'node:path'
import type { Spec } from '../../core/domain/spec.ts'
import { UserError } from '../../core/errors.ts'
import type { Host } from '../host.ts'

/**
 * UTF-8 bytes of one token of English text in vocabularies of 32 to 150 thousand entries; other languages and code take more tokens a byte.
 * A rule of thumb: rows that carry their own token counts are counted exactly.
 */
const BYTES_PER_TOKEN = 4
const MOST_BYTES = 1024 * 2 ** 20
const LINE_FEED = 10

/** What a file of examples holds. */
export interface MeasuredDataset {
  readonly examples: number
  readonly meanTokens: number
  readonly p95Tokens: number
  readonly maxTokens: number
  /** Every row said its own length. */
  readonly exact: boolean
}

/** The spec with its data measured, and a word about it: the figures are estimates. */
export function specWithData(spec: Spec, host: Host, quiet: boolean): Spec {
  const { dataset } = spec
  if (dataset?.path === undefined) return spec
  const measured = measuredDataset(dataset.path, host)
  if (!quiet) {
    const how = measured.exact ? 'as the rows say' : `at ${BYTES_PER_TOKEN} bytes a token`
    const lengths = `${Math.round(measured.meanTokens)} tokens on average, ${measured.maxTokens} at most`
    host.err.write(`${dataset.path}: ${measured.examples} examples, ${lengths}, ${how}\n`)
  }
  return { ...spec, dataset: withMeasured(dataset, measured) }
}

type Dataset = NonNullable<Spec['dataset']>

/** The dataset with what its file says where the spec is silent. */
export function withMeasured(dataset: Dataset, measured: MeasuredDataset): Dataset {
  const { examples, meanTokens, p95Tokens, maxTokens } = measured
  const tokens = { mean: meanTokens, p95: p95Tokens, max: maxTokens, ...dataset.tokens }
  return { examples, ...dataset, tokens }
}

/** Counts the examples of a JSONL file (or of a JSON list) and their tokens. */
export function measuredDataset(path: string, host: Host): MeasuredDataset {
  const place = `dataset.path: ${path}`
  const file = resolve(host.cwd, path)
  const status = host.stat(file)
  if (status === null) throw new UserError('usage', `${place}: there is no such file`)
  if (status.kind !== 'file') throw new UserError('usage', `${place} is no file`)
  if (status.bytes > MOST_BYTES) {
    throw new UserError(
      'usage',
      `${place} has more than 1 GiB`,
      'state dataset.examples and dataset.tokens instead',
    )
  }
  const lengths: number[] = []
  let exact = true
  for (const row of rowsOf(host.readFile(file), place)) {
    const own = statedLength(row)
    exact &&= own !== null
    lengths.push(own ?? Math.ceil(textBytes(row) / BYTES_PER_TOKEN))
  }
  if (lengths.length === 0) throw new UserError('invalid-spec', `${place} holds no example`)
  return { ...statistics(lengths), exact }
}

function statistics(lengths: readonly number[]): Omit<MeasuredDataset, 'exact'> {
  const sorted = lengths.toSorted((a, b) => a - b)
  const total = sorted.reduce((sum, length) => sum + length, 0)
  // A row without text still takes an end token.
  const at = (share: number): number => Math.max(1, sorted[Math.ceil(share * sorted.length) - 1] ?? 1)
  return {
    examples: sorted.length,
    meanTokens: Math.max(1, total / sorted.length),
    p95Tokens: at(0.95),
    maxTokens: at(1),
  }
}

/** Rows of a JSON list, or one row a line. */
function* rowsOf(bytes: Uint8Array, place: string): Generator<unknown> {
  const decoder = new TextDecoder()
  const first = bytes.find((byte) => byte > 32)
  if (first === '['.charCodeAt(0)) {
    const list = parsed(decoder.decode(bytes), place)
    if (Array.isArray(list)) yield* list
    return
  }
  let line = 1
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(LINE_FEED, start)
    const stop = end < 0 ? bytes.length : end
    const text = decoder.decode(bytes.subarray(start, stop)).trim()
    if (text !== '') yield parsed(text, `${place}:${line}`)
    start = stop + 1
  }
}

function parsed(text: string, place: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new UserError('invalid-spec', `${place} is no JSON`, 'it is a file with one JSON object a line')
  }
}

/** Tokens that a row says it has. */
function statedLength(row: unknown): number | null {
  if (typeof row !== 'object' || row === null) return null
  if ('input_ids' in row && Array.isArray(row.input_ids)) return row.input_ids.length
  for (const key of ['num_tokens', 'token_count', 'n_tokens', 'length']) {
    const value = (row as Readonly<Record<string, unknown>>)[key]
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  }
  return null
}

/** UTF-8 bytes of all text in a row, whatever its keys are called. */
function textBytes(row: unknown): number {
  if (typeof row === 'string') return Buffer.byteLength(row)
  if (typeof row !== 'object' || row === null) return 0
  return Object.values(row).reduce((sum: number, value) => sum + textBytes(value), 0)
}
