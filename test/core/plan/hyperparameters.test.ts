import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { HyperparameterRules } from '../../../src/core/domain/hyperparameters.ts'
import {
  type HyperparameterInput,
  recommendedHyperparameters,
  settingNotes,
} from '../../../src/core/plan/hyperparameters.ts'
import { rules as retentionRules, task } from '../quality/retention-presets.ts'

const rules = HyperparameterRules.parse(
  parse(readFileSync(new URL('../../../presets/hyperparameters.yaml', import.meta.url), 'utf8')),
)
const lora = { id: 'lora', trains: 'adapters', quantized_base: false } as const
const input = (kind: string, changes: Partial<HyperparameterInput> = {}): HyperparameterInput => ({
  method: lora,
  task: task(kind),
  rules,
  retentionRules,
  uniqueAmount: 2e7,
  adapterParametersPerRank: 2_621_440,
  stepCount: 1000,
  expertsPerToken: 1,
  largestRank: null,
  ...changes,
})
const advice = (kind: string, changes: Partial<HyperparameterInput> = {}) =>
  recommendedHyperparameters(input(kind, changes))

describe('recommended hyper-parameters', () => {
  it('take ten times the learning rate of full fine-tuning for adapters', () => {
    const full = advice('math', { method: { id: 'full', trains: 'all', quantized_base: false } })
    expect(full.learningRate.value).toBe(2e-5)
    expect(advice('math').learningRate.value).toBe(2e-4)
    expect(full.rank).toBeNull()
    expect(full.largestBatch).toBeNull()
  })

  it('take half more again in runs below 100 steps', () => {
    expect(advice('math', { stepCount: 80 }).learningRate.value).toBeCloseTo(3e-4, 12)
    expect(advice('rl', { stepCount: 80 }).learningRate.value).toBe(1e-5)
  })

  it('take the smallest usual rank with room for the data', () => {
    // mathematics: 2e7 / (2 x 2,621,440 x 0.1) = 38.1 -> 64; instructions: 2e7 / (2 x 2,621,440 x 0.5) = 7.6 -> 8
    expect(advice('math').rank?.value).toBe(64)
    expect(advice('math').alpha?.value).toBe(128)
    expect(advice('instruct').rank?.value).toBe(8)
    expect(advice('rl').rank).toMatchObject({ value: 8, low: 1, high: 32 })
    expect(advice('vocab').rank?.value).toBe(16)
  })

  it('say when memory or the usual ranks cap it', () => {
    expect(advice('math', { largestRank: 24 }).rank).toMatchObject({
      value: 24,
      because: 'smallest usual rank with room for math, capped by memory, 39 would be needed',
    })
    expect(advice('domain', { uniqueAmount: 1e10 }).rank?.value).toBe(256)
  })

  it('stabilise high ranks and initialise for the quantisation where rank matters', () => {
    expect(advice('math').variant?.value).toBe('rslora')
    expect(advice('instruct').variant?.value).toBe('lora')
    const qlora = { id: 'qlora', trains: 'adapters', quantized_base: true } as const
    expect(advice('math', { method: qlora }).variant?.value).toBe('loftq')
    expect(advice('instruct', { method: qlora }).variant?.value).toBe('lora')
  })

  it('warm up for 3 % of the steps', () => {
    expect(advice('math').warmupSteps.value).toBe(30)
    expect(advice('math', { stepCount: 5 }).warmupSteps.value).toBe(1)
  })

  it('shrink the rank in each expert of a mixture', () => {
    expect(advice('math', { expertsPerToken: 8 }).targets?.because).toContain('8 times smaller')
  })
})

describe('remarks on stated settings', () => {
  it('warn of what the evidence warns of, and of nothing else', () => {
    const codes = (stated: Parameters<typeof settingNotes>[0]) =>
      settingNotes(stated, advice('math')).map(({ code }) => code)
    expect(codes({ learningRate: 2e-4, globalBatchSize: 32, targets: ['all-linear'] })).toEqual([])
    expect(codes({ learningRate: null, globalBatchSize: 8, targets: null })).toEqual([])
    expect(codes({ learningRate: 2e-5, globalBatchSize: 64, targets: ['q_proj', 'v_proj'] })).toEqual([
      'learning-rate-unusual',
      'targets-without-mlp',
      'batch-large-for-adapters',
    ])
  })

  it('warn of a rank without room, of too many epochs, and of a warm-up that never ends', () => {
    const codes = (stated: Partial<Parameters<typeof settingNotes>[0]>) =>
      settingNotes({ learningRate: null, globalBatchSize: 8, targets: null, ...stated }, advice('math')).map(
        ({ code }) => code,
      )
    expect(codes({ rank: 32 })).toEqual(['rank-small'])
    expect(codes({ rank: 64, epochs: 4, warmupSteps: 999, stepCount: 1000 })).toEqual([])
    expect(codes({ epochs: 5 })).toEqual(['epochs-many'])
    expect(codes({ warmupSteps: 1000, stepCount: 1000 })).toEqual(['warmup-too-long'])
  })
})
