import { describe, expect, it } from 'vitest'
import { comparisonAdvice } from '../../src/core/advice/comparison-advice.ts'
import { type PlanReport, Report } from '../../src/core/domain/report.ts'
import { GIB } from '../../src/core/units.ts'
import { packagedCatalog } from '../support/compiled-presets.ts'
import { bestPlan, estimated } from '../support/estimates.ts'

const catalog = await packagedCatalog()

type Parts = Record<string, Record<string, unknown>>
/** QLoRA of Llama 3.1 8B on one card, everything pinned; the parts of the spec are laid over. */
const pinned = (parts: Parts = {}) => {
  const { training = {}, dataset = {}, hardware = {}, ...others } = parts
  return {
    model: 'llama-3.1-8b',
    dataset: { examples: 5000, tokens: { mean: 300, max: 1024 }, epochs: 2, ...dataset },
    training: {
      method: 'qlora',
      micro_batch_size: 4,
      optimizer: 'adamw-fused',
      gradient_checkpointing: 'full',
      ...training,
    },
    hardware: { gpu: 'rtx4090', count: 1, owned: true, ...hardware },
    ...others,
  }
}
const planOf = (parts: Parts = {}): PlanReport => bestPlan(pinned(parts), catalog)
const full = (parts: Parts = {}): PlanReport =>
  planOf({
    ...parts,
    training: { method: 'full', precision: 'bf16-pure', optimizer: 'adamw-8bit', micro_batch_size: 1 },
    hardware: { gpu: 'h200-sxm' },
  })
const codes = ({ notes }: PlanReport): string[] => notes.map(({ code }) => code)

describe('the settings of a shown plan', () => {
  it('come with range, reason and source', () => {
    const { hyperparameters } = planOf()
    expect(hyperparameters).toMatchObject({
      learningRate: { value: 3e-4, source: 'lora-without-regret' },
      rank: { value: 8 },
      alpha: { value: 16 },
      targets: { value: 'all-linear' },
    })
    // 5000 x 300 x 2 / 1024 packed sequences in batches of 32: 92 steps, 3 % of them.
    expect(hyperparameters?.warmupSteps.value).toBe(3)
    for (const advice of Object.values(hyperparameters ?? {})) expect(advice?.because).toBeTruthy()
  })

  it('have no adapters without adapters', () => {
    expect(full().hyperparameters).toMatchObject({ learningRate: { value: 2e-5 }, rank: null, alpha: null })
  })

  it('recommend no rank that the card does not hold', () => {
    const code = { dataset: { examples: 100_000 }, training: { task: 'code' } }
    const roomy = planOf({ ...code, hardware: { gpu: 'h200-sxm' } })
    const wanted = roomy.hyperparameters?.rank
    // Half a GiB beside rank 16: rank 128 has 294 M parameters more, 16 bytes each.
    const enough = (roomy.memory?.requiredBytes.high ?? 0) / GIB + 0.5
    const capped = planOf({ ...code, hardware: { gpu: 'h200-sxm', memory_gib: enough } }).hyperparameters
      ?.rank
    expect(wanted?.value).toBe(128)
    expect(capped?.value).toBeGreaterThanOrEqual(16)
    expect(capped?.value).toBeLessThan(128)
    expect(capped?.because).toContain('capped by memory')
  })

  it('are held against what the spec states, and only against that', () => {
    const settings = ['learning-rate-unusual', 'rank-small', 'epochs-many', 'warmup-too-long']
    const said = codes(
      planOf({
        dataset: { epochs: 8 },
        training: { task: 'math', learning_rate: 2e-5, warmup_steps: 5000, lora: { rank: 1 } },
      }),
    )
    expect(said).toEqual(expect.arrayContaining(settings))
    const silent = codes(planOf({ training: { task: 'math' } }))
    expect(silent.filter((code) => settings.includes(code))).toEqual([])
  })

  it('are remarked on in the report too, once for all plans', () => {
    const { plans, notes } = estimated(
      {
        ...pinned(),
        training: { method: ['lora', 'full'], learning_rate: 2e-5 },
        hardware: { gpu: 'h200-sxm' },
      },
      catalog,
    )
    expect(plans.length).toBeGreaterThan(1)
    expect(notes.filter(({ code }) => code === 'learning-rate-unusual').map(({ text }) => text)).toEqual([
      'learning rate 0.00002 is far from the usual 0.00015 to 0.00045 for adapters',
    ])
  })

  it('come with their own rank in an estimate of several', () => {
    const { plans } = estimated(
      { ...pinned(), training: { method: 'qlora', task: 'math', lora: { rank: [1, 256] } } },
      catalog,
    )
    const warned = plans.filter((plan) => codes(plan).includes('rank-small'))
    expect(warned.every(({ lora }) => lora?.rank === 1)).toBe(true)
  })
})

describe('the scores of a shown plan', () => {
  it('are full score x retention, and the gain what of the way from the base is kept', () => {
    const { retention } = planOf({ quality: { full_score: 0.7, base_score: 0.35 } })
    const kept = retention?.mid ?? Number.NaN
    expect(retention?.score?.mid).toBeCloseTo(0.7 * kept, 12)
    // base / full = 1/2: (R - 1/2) / (1/2)
    expect(retention?.gain?.mid).toBeCloseTo(2 * kept - 1, 12)
  })

  it('are unknown without the score of full fine-tuning, and a base score alone says so', () => {
    const plan = planOf({ quality: { base_score: 0.3 } })
    expect(plan.retention).toMatchObject({ score: null, gain: null })
    expect(codes(plan)).toContain('base-score-alone')
    expect(planOf({ quality: { full_score: 7 } }).retention).toMatchObject({ gain: null })
    expect(() => planOf({ quality: { full_score: 0.3, base_score: 0.4 } })).toThrow('quality.base_score: 0.4')
  })

  it('belong to services too', () => {
    const report = estimated(
      { model: 'llama-3.1-8b', training: { method: ['full'] }, quality: { full_score: 0.8 } },
      catalog,
    )
    const service = report.plans.find(({ kind, method }) => kind === 'api' && method === 'full')
    expect(service?.retention?.score?.mid).toBe(0.8)
    expect(service).toMatchObject({ hyperparameters: null, deployment: null, federated: null, mixture: null })
  })
})

describe('the deployment of a shown plan', () => {
  it('holds the quantised base, embeddings and head in 16 bit', () => {
    const { deployment } = planOf({ deployment: { adapters: 10, versions: 3 } })
    // q = 6,979,321,856: q/2 + q/64 + 4 q/16384 + 224 x 1092, and 1,050,939,392 parameters of 2 bytes
    expect(deployment?.servingTerms.map(({ key, bytes }) => [key, bytes])).toEqual([
      ['weights/base', 5_702_540_160],
      // 41,943,040 parameters in fp32, ten times
      ['adapters/served', 1_677_721_600],
      // ten sequences of 1024 tokens, 131,072 bytes each
      ['buffers/key-value-cache', 10 * 1024 * 131_072],
    ])
    const sum = deployment?.servingTerms.reduce((total, { bytes }) => total + bytes, 0)
    expect(deployment?.servingBytes).toBe(sum)
    expect(deployment).toMatchObject({
      adapterBytes: 167_772_160,
      mergedBytes: 16_060_522_496,
      mergeNeedsOriginal: true,
      adapterCount: 10,
      cachedTokens: 10_240,
    })
    expect(deployment?.storage.bytes).toBe(5_702_540_160 + 3 * 1_677_721_600)
  })

  it('keeps a whole model for each version without adapters', () => {
    const { deployment } = full({ deployment: { versions: 2 } })
    expect(deployment).toMatchObject({ adapterBytes: null, adapterCount: 0, mergeNeedsOriginal: false })
    expect(deployment?.storage.bytes).toBe(2 * 16_060_522_496)
  })

  it("stores at the provider's price, at the stated one, or at none", () => {
    const rented = (costs: object = {}) =>
      bestPlan(
        {
          ...pinned({ costs: { ...costs } }),
          hardware: { gpu: 'a100-sxm-80gb', count: 8, provider: 'aws', commitment: 'on-demand' },
        },
        catalog,
      ).deployment?.storage
    expect(rented()).toMatchObject({ basis: 'aws s3 standard' })
    const stored = rented()
    expect(stored?.usdPerMonth).toBeCloseTo(((stored?.bytes ?? 0) / 1e9) * 0.023, 9)
    expect(rented({ storage: { usd_per_gb_month: 1 } })).toMatchObject({ basis: 'stated', source: 'spec' })
    expect(rented({ storage: false })).toMatchObject({ usdPerMonth: null, basis: null })
  })
})

describe('the comparison of two versions', () => {
  it('takes the worst score where none is known, and the expected one where it is a share', () => {
    expect(planOf().deployment?.comparison).toMatchObject({ score: 0.5, isScoreAssumed: true })
    const { comparison } = planOf({ quality: { full_score: 0.9 } }).deployment ?? {}
    expect(comparison?.isScoreAssumed).toBe(false)
    expect(comparison?.score).toBeCloseTo(0.9, 1)
    expect(planOf({ quality: { full_score: 70 } }).deployment?.comparison.isScoreAssumed).toBe(true)
  })

  it('needs more items for a smaller difference, and fewer when both versions see the same', () => {
    const { rows } = comparisonAdvice(null)
    // (1.96 sqrt(0.5) + 0.8416 sqrt(0.5 - 0.02^2 / 2))^2 / 0.02^2, up to the unequal variances
    expect(rows.find(({ difference }) => difference === 0.02)?.unpaired).toBe(9807)
    expect(rows.map(({ paired, unpaired }) => paired < unpaired)).toEqual([true, true, true])
    expect(rows.map(({ paired }) => paired)).toEqual(rows.map(({ paired }) => paired).sort((a, b) => a - b))
  })

  it('goes by the worst score where the expected one is no share below 1', () => {
    expect(comparisonAdvice({ low: 0, mid: 0.003, high: 0.01 }).score).toBe(0.003)
    expect(comparisonAdvice({ low: 1, mid: 1, high: 1 })).toMatchObject({ score: 0.5, isScoreAssumed: true })
  })
})

describe('federated rounds and mixtures of adapters', () => {
  const federated = { clients: 50, rounds: 20 }

  it('send the adapters out and back', () => {
    const plan = planOf({ federated })
    expect(plan.federated).toMatchObject({
      ...federated,
      bytesPerRound: 2 * 50 * 167_772_160,
      totalBytes: 2 * 50 * 20 * 167_772_160,
      usd: null,
    })
    expect(planOf().federated).toBeNull()
    expect(full({ federated }).federated?.bytesPerRound).toBe(2 * 50 * 16_060_522_496)
  })

  it('cost what leaves the network of the provider, beyond what is free', () => {
    const plan = bestPlan(
      {
        ...pinned(),
        federated,
        hardware: { gpu: 'a100-sxm-80gb', count: 8, provider: 'aws', commitment: 'on-demand' },
      },
      catalog,
    )
    // (167.77216 GB - 100 GB free) x 0.09 USD
    expect(plan.federated?.usd).toBeCloseTo(67.77216 * 0.09, 9)
    expect(plan.federated?.basis).toBe('aws internet')
  })

  it('hold every adapter and a router', () => {
    const { mixture, deployment } = planOf({ training: { lora: { count: 4 } } })
    expect(mixture).toMatchObject({
      adapterCount: 4,
      activeCount: 1,
      routerParameters: 32 * 4096 * 4,
      activeParameters: 41_943_040,
    })
    expect(deployment?.adapterCount).toBe(4)
    expect(planOf().mixture).toBeNull()
    expect(full().mixture).toBeNull()
  })
})

describe('the room of adapters', () => {
  it('does not grow with whole modules that train beside them', () => {
    const filled = (training: Record<string, unknown>) =>
      planOf({ training: { task: 'code', ...training }, hardware: { gpu: 'h200-sxm' } })
    const bare = filled({})
    const beside = filled({ lora: { train_modules: ['embed_tokens', 'lm_head'] } })
    expect(beside.trainableParameters).toBe((bare.trainableParameters ?? 0) + 2 * 525_336_576)
    expect(beside.retention?.mid).toBe(bare.retention?.mid)
    expect(beside.retention?.basis[0]).toBe(bare.retention?.basis[0])
  })
})

describe('the schema of the report', () => {
  it('describes every key that a report has', () => {
    const report = estimated(
      {
        ...pinned({ quality: { full_score: 0.7, base_score: 0.2 }, federated: { clients: 3, rounds: 2 } }),
        training: { method: ['qlora', 'full'], lora: { count: 2 } },
      },
      catalog,
    )
    // zod drops what it does not know.
    expect(Report.parse(report)).toEqual(report)
    expect(report.plans.length).toBeGreaterThan(1)
  })
})
