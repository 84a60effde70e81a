import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type ApiPlanInput, apiPlans } from '../../../src/core/cost/api-plans.ts'
import { Api } from '../../../src/core/domain/api.ts'
import type { Workload } from '../../../src/core/domain/plan.ts'
import { sumOf } from '../../../src/core/term.ts'
import { options } from './builders.ts'

const folder = new URL('../../../presets/apis/', import.meta.url)
const apis = readdirSync(folder).map((file) => Api.parse(parse(readFileSync(new URL(file, folder), 'utf8'))))

const workload: Workload = {
  examples: 10_000,
  epochs: 3,
  meanTokens: 400,
  p95Tokens: null,
  maxTokens: 2048,
  packing: 'packed',
  sequenceLength: 2048,
  globalBatchSize: 32,
}
const plans = (change: Partial<ApiPlanInput> = {}) =>
  apiPlans({
    apis,
    model: { id: 'llama-3.1-8b', totalParameters: 8.03e9, isMixtureOfExperts: false },
    workload,
    algorithm: 'sft',
    methods: ['full', 'lora', 'qlora'],
    evaluation: null,
    options: options(),
    includeUnverified: false,
    maxAgeDays: null,
    asOf: '2026-11-24',
    ...change,
  })
const usdOf = (id: string, change: Partial<ApiPlanInput> = {}) =>
  plans(change).find((plan) => plan.id === id)?.cost.usd?.mid

describe('the price lists of fine-tuning services', () => {
  it('hold every row that was collected, each with status and source', () => {
    const rows = apis.flatMap((api) => api.rows)
    expect(rows).toHaveLength(63)
    const count = (status: string) => rows.filter((row) => row.status === status).length
    expect([count('verified'), count('secondary'), count('example_only'), count('unverified')]).toEqual([
      14, 19, 1, 29,
    ])
  })
})

describe('a fine-tuning service', () => {
  it('bills tokens times epochs', () => {
    // 10,000 · 400 · 3 = 12 million tokens · 0.48 USD = 5.76 USD
    expect(usdOf('together/sft-lora/<=16B')).toBeCloseTo(5.76, 9)
    // Ori: 12 · 0.46 = 5.52 USD; the class ends at 10B
    expect(usdOf('ori/sft-lora/<=10B')).toBeCloseTo(5.52, 9)
    // Axom: 8.03B counts as 8B: 12 · 6 = 72 USD
    expect(usdOf('axom/sft/3-8B')).toBeCloseTo(72, 9)
  })

  it('bills padding where the provider counts rows at the longest length', () => {
    // 10,000 · 2048 · 3 = 61.44 million tokens · 0.48 = 29.4912 USD; Ori still counts tokens
    const padded = { workload: { ...workload, packing: 'padded' as const } }
    expect(usdOf('together/sft-lora/<=16B', padded)).toBeCloseTo(29.4912, 9)
    expect(usdOf('ori/sft-lora/<=10B', padded)).toBeCloseTo(5.52, 9)
  })

  it('bills validation tokens where it says so', () => {
    // (12 million + 500 · 4 · 400 = 0.8 million) · 0.48 = 6.144 USD
    const evaluated = { evaluation: { examples: 500, runs: 4 } }
    expect(usdOf('together/sft-lora/<=16B', evaluated)).toBeCloseTo(6.144, 9)
    expect(usdOf('ori/sft-lora/<=10B', evaluated)).toBeCloseTo(5.52, 9)
  })

  it('bills at least the minimum of a run', () => {
    // 100 · 400 · 3 = 0.12 million · 6 USD = 0.72 USD; Axom takes at least 2 USD
    expect(usdOf('axom/sft/3-8B', { workload: { ...workload, examples: 100 } })).toBeCloseTo(2, 9)
  })

  it('bills searches, experiments and failures like rent', () => {
    // 5.76 · 3 runs of a search · 2 experiments · 1.5 = 51.84 USD
    const more = options({
      search: { trials: 9, strategy: 'successive-halving' },
      experiments: 2,
      failedRunFraction: 0.5,
    })
    expect(usdOf('together/sft-lora/<=16B', { options: more })).toBeCloseTo(51.84, 9)
  })

  it('has the price of its size class', () => {
    const large = { model: { id: null, totalParameters: 70.55e9, isMixtureOfExperts: false } }
    // 12 · 2.90 = 34.80 USD
    expect(usdOf('together/sft-lora/70-100B', large)).toBeCloseTo(34.8, 9)
    expect(plans(large).some(({ provider }) => provider === 'ori')).toBe(false)
  })

  it('bills only what the method trains', () => {
    const ids = plans({ methods: ['full'] }).map(({ id }) => id)
    expect(ids).toContain('together/sft-full/<=16B')
    expect(ids).not.toContain('together/sft-lora/<=16B')
    expect(plans({ methods: ['bitfit'] })).toEqual([])
  })

  it('is of no use for an algorithm that it does not offer', () => {
    expect(plans({ algorithm: 'kto' })).toEqual([])
    // 12 million · 1.20 USD
    expect(usdOf('together/dpo-lora/<=16B', { algorithm: 'dpo' })).toBeCloseTo(14.4, 9)
  })

  it('shows prices from memory only when they are asked for, and says what they are', () => {
    expect(plans().some(({ provider }) => provider === 'aws-bedrock')).toBe(false)
    const bedrock = plans({ includeUnverified: true }).find(({ provider }) => provider === 'aws-bedrock')
    // 12 million · 1.49 USD
    expect(bedrock?.cost.usd?.mid).toBeCloseTo(17.88, 9)
    expect(bedrock?.cost.notes.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['api-unverified', 'price-undated']),
    )
  })

  it('uses no price that is older than the user allows, nor one without a date', () => {
    // Together's prices are of May 2026: 178 days before 2026-11-25, counted from the last of May
    const providers = (maxAgeDays: number) => plans({ maxAgeDays }).map(({ provider }) => provider)
    expect(providers(180)).toContain('together')
    expect(providers(170)).not.toContain('together')
    expect(plans({ maxAgeDays: 0, includeUnverified: true })).toEqual([])
  })

  it('never uses a worked example as a price', () => {
    const gpt = {
      model: { id: 'gpt-4.1', totalParameters: 1e12, isMixtureOfExperts: false },
      includeUnverified: true,
    }
    expect(plans(gpt).filter(({ status }) => status === 'example_only')).toEqual([])
    expect(plans(gpt).some(({ id }) => id === 'openai/sft/gpt-4.1')).toBe(true)
  })

  it('has no cost where only a range is known, and names the range', () => {
    const moe = { model: { id: 'deepseek-v3', totalParameters: 671e9, isMixtureOfExperts: true } }
    const together = plans(moe).find(({ provider }) => provider === 'together')
    expect(together?.cost.usd).toBeNull()
    // 12 million tokens · 9 and 100 USD
    expect(together?.cost.notes.find(({ code }) => code === 'api-price-range')?.args).toMatchObject({
      low: 108,
      high: 1200,
    })
  })

  it('is the sum of its terms', () => {
    for (const plan of plans({
      includeUnverified: true,
      options: options({ experiments: 3, failedRunFraction: 0.2 }),
    })) {
      if (plan.cost.usd !== null) expect(sumOf(plan.cost.terms)).toBeCloseTo(plan.cost.usd.mid, 9)
    }
  })
})
