import { describe, expect, it } from 'vitest'
import type { Architecture } from '../../../src/core/domain/architecture.ts'
import type { DefaultValues } from '../../../src/core/domain/defaults.ts'
import type { Spec } from '../../../src/core/domain/spec.ts'
import type { Note } from '../../../src/core/notes.ts'
import { defaultSequenceLength, workloadOf } from '../../../src/core/plan/workload.ts'

const architecture = { maxPositions: 8192 } as Architecture
const defaults = {
  examples: 1000,
  meanTokens: 400,
  maxTokens: 2048,
  epochs: 3,
  globalBatchSize: 32,
} as DefaultValues

function workload(spec: Spec): { first: ReturnType<typeof workloadOf>[number] | undefined; notes: Note[] } {
  const notes: Note[] = []
  return { first: workloadOf(spec, architecture, defaults, notes)[0], notes }
}

describe('the workload of a spec', () => {
  it('takes the smallest power of two that holds the longest example', () => {
    expect(defaultSequenceLength(1200, null)).toBe(2048)
    expect(defaultSequenceLength(2048, null)).toBe(2048)
    expect(defaultSequenceLength(2049, null)).toBe(4096)
  })

  it('does not go beyond what the model was made for', () => {
    expect(defaultSequenceLength(100_000, 8192)).toBe(8192)
  })

  it('says what it assumes about the data', () => {
    const { first, notes } = workload({})
    expect(first).toMatchObject({
      examples: 1000,
      meanTokens: 400,
      maxTokens: 2048,
      sequenceLength: 2048,
      packing: 'packed',
    })
    expect(notes.map((one) => one.args.key)).toEqual([
      'dataset.tokens.mean',
      'dataset.tokens.max',
      'dataset.examples',
    ])
  })

  it('assumes a long tail where only the mean is known', () => {
    const { first } = workload({ dataset: { examples: 10, tokens: { mean: 500 } } })
    expect(first).toMatchObject({ maxTokens: 2000, sequenceLength: 2048 })
  })

  it('cuts examples at the sequence length', () => {
    const { first } = workload({
      dataset: { tokens: { mean: 400, max: 4000 } },
      training: { sequence_length: 1024 },
    })
    expect(first).toMatchObject({ meanTokens: 400, maxTokens: 1024, sequenceLength: 1024 })
  })

  it('makes one workload for each sequence length', () => {
    expect(
      workloadOf({ training: { sequence_length: [512, 1024] } }, architecture, defaults, []),
    ).toHaveLength(2)
  })

  it('refuses a mean above the maximum', () => {
    expect(() => workload({ dataset: { tokens: { mean: 500, max: 100 } } })).toThrow(
      'mean 500 is above max 100',
    )
  })
})
