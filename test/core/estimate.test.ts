import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PlanReport, Report } from '../../src/core/domain/report.ts'
import { UserError } from '../../src/core/errors.ts'
import { validSpecs } from '../support/arbitraries.ts'
import { packagedCatalog } from '../support/compiled-presets.ts'
import { estimated } from '../support/estimates.ts'

const catalog = await packagedCatalog()

type Parts = Record<string, Record<string, unknown>>
/** Every knob pinned: LoRA of Llama 3.2 1B on one card. */
const pinned = ({ training = {}, hardware = {}, dataset = {}, ...others }: Parts = {}) => ({
  version: 1,
  model: 'llama-3.2-1b',
  dataset: { examples: 2000, tokens: { mean: 300, max: 512 }, epochs: 2, packing: true, ...dataset },
  training: {
    task: 'instruct',
    algorithm: 'sft',
    method: 'lora',
    sequence_length: 512,
    global_batch_size: 8,
    micro_batch_size: 4,
    lora: { rank: 16, alpha: 32, targets: 'all-linear', dropout: 0, variant: 'lora' },
    precision: 'bf16-mixed',
    optimizer: 'adamw-fused',
    gradient_checkpointing: 'full',
    reentrant_checkpointing: false,
    attention: 'flash',
    loss: 'materialized',
    kernels: 'none',
    compile: false,
    stack: 'trl',
    sharding: 'none',
    offload: 'none',
    ...training,
  },
  hardware: { gpu: 'rtx4090', count: 1, provider: 'runpod', commitment: 'on-demand', ...hardware },
  ...others,
})

/** Every number in a value, with its path. */
function* numbersIn(value: unknown, path = ''): Generator<readonly [string, number]> {
  if (typeof value === 'number') yield [path, value]
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value)) yield* numbersIn(child, `${path}/${key}`)
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)

/** Close in a bill of such a size: sums of floats in another order. */
const expectSum = (amounts: readonly number[], total: number, what: string): void =>
  expect(Math.abs(sum(amounts) - total), `${what}: ${sum(amounts)} and ${total}`).toBeLessThanOrEqual(
    1e-9 * Math.max(1, sum(amounts.map(Math.abs))),
  )

/** Every total of a plan is the sum of its terms, or the largest of its phases. */
function expectBills({ id, memory, time, cost }: PlanReport): void {
  if (memory !== null) {
    for (const { phase, bytes, terms } of memory.phases)
      expectSum(
        terms.map((term) => term.bytes),
        bytes,
        `${id} ${phase}`,
      )
    expectSum(
      memory.hostTerms.map((term) => term.bytes),
      memory.hostBytes,
      `${id} host`,
    )
    const training = memory.phases.filter(({ phase }) => !['load', 'evaluation', 'save'].includes(phase))
    expectSum([Math.max(...training.map(({ bytes }) => bytes))], memory.allocatedBytes.mid, `${id} peak`)
    const peak = memory.phases.find(({ phase }) => phase === memory.peakPhase)
    expectSum([peak?.bytes ?? Number.NaN], memory.allocatedBytes.mid, `${id} ${memory.peakPhase}`)
  }
  if (time !== null) {
    expectSum(
      time.terms.map((term) => term.seconds),
      time.stepSeconds.mid,
      `${id} step`,
    )
    expectSum(
      time.runTerms.map((term) => term.seconds),
      time.totalSeconds.mid,
      `${id} run`,
    )
  }
  if (cost.usd !== null)
    expectSum(
      cost.terms.map((term) => term.usd),
      cost.usd.mid,
      `${id} cost`,
    )
}

/** Figures that may be below 0: what is left of a limit, and what a term saves. */
const maySink = /\/slack$|\/args\/|\/hyperparameters\/|\/spec\//

function expectNumbers(report: Report): void {
  for (const [path, value] of numbersIn(report)) {
    expect(Number.isFinite(value), `${path} is ${value}`).toBe(true)
    if (!maySink.test(path)) expect(value, path).toBeGreaterThanOrEqual(0)
  }
}

const rangesOf = ({ memory, time, cost }: PlanReport) =>
  [
    memory?.allocatedBytes,
    memory?.reservedBytes,
    memory?.deviceBytes,
    memory?.requiredBytes,
    time?.stepSeconds,
    time?.tokensPerSecondPerGpu,
    time?.trainSeconds,
    time?.totalSeconds,
    cost.usd,
  ].flatMap((range) => range ?? [])

describe('a spec that pins every knob', () => {
  it('is exactly one plan, feasible or not', () => {
    for (const spec of [
      pinned(),
      pinned({ hardware: { owned: true, provider: undefined, commitment: undefined } }),
      pinned({ hardware: { memory_gib: 1 } }),
      pinned({ budget: { usd: 0.0001 } }),
      pinned({ training: { method: 'full', precision: 'fp32' }, hardware: { memory_gib: 4 } }),
    ]) {
      const { plans, candidates, decision } = estimated(JSON.parse(JSON.stringify(spec)), catalog)
      expect(plans).toHaveLength(1)
      expect(candidates).toBe(1)
      expect(decision.winner === null).toBe(plans[0]?.feasible === false)
    }
  })

  it('says by how much it misses', () => {
    const { plans, verdict } = estimated(pinned({ hardware: { memory_gib: 1 } }), catalog)
    expect(verdict).toBe('no-fit')
    expect(plans[0]?.constraints.find(({ name }) => name === 'memory')?.slack).toBeLessThan(0)
  })
})

describe('the quickstart', () => {
  const quickstart = () => estimated(catalog.scenario('quickstart').spec, catalog, 10)

  it('shows full fine-tuning, LoRA and QLoRA', () => {
    const methods = quickstart().plans.map(({ method }) => method)
    expect(methods).toEqual(expect.arrayContaining(['full', 'lora', 'qlora']))
  })

  it('gives the same bytes for the same input', () => {
    expect(JSON.stringify(quickstart())).toBe(JSON.stringify(quickstart()))
  })

  it('is a report as the schema describes it', () => {
    expect(() => Report.parse(quickstart())).not.toThrow()
  })
})

describe('any valid spec', { timeout: 300_000 }, () => {
  it('has plans, whose totals are the sums of their terms, and no figure that is none', () => {
    let refused = 0
    fc.assert(
      fc.property(validSpecs, (spec) => {
        let report: Report
        try {
          report = estimated(spec, catalog, 3)
        } catch (error) {
          // A spec may ask for what cannot be: then a sentence says what and how to change it.
          if (!(error instanceof UserError)) throw error
          refused++
          return
        }
        expect(report.plans.length).toBeGreaterThan(0)
        for (const plan of report.plans) {
          expectBills(plan)
          for (const { low, mid, high } of rangesOf(plan)) {
            expect(low).toBeLessThanOrEqual(mid)
            expect(mid).toBeLessThanOrEqual(high)
          }
        }
        expectNumbers(report)
      }),
      { numRuns: 400, seed: 20261125 },
    )
    expect(refused).toBeLessThan(80)
  })
})

describe('a run', () => {
  const best = (parts: Parts): PlanReport => {
    const [plan] = estimated(pinned(parts), catalog).plans
    if (plan === undefined) throw new Error('no plan')
    return plan
  }
  const usdOf = ({ cost }: PlanReport, key: string): number | undefined =>
    cost.terms.find((term) => term.key === key)?.usd

  it('of twice the examples costs twice the training', () => {
    // 2000 x 256 tokens fill 1000 sequences: 125 steps of 8, no remainder.
    const dataset = { tokens: { mean: 256, max: 512 } }
    const once = best({ dataset: { ...dataset, examples: 2000 } })
    const twice = best({ dataset: { ...dataset, examples: 4000 } })
    expect(once.time?.stepCount).toBe(250)
    expect(twice.time?.stepCount).toBe(500)
    expect(twice.time?.stepSeconds).toEqual(once.time?.stepSeconds)
    expect(usdOf(twice, 'rent/training')).toBeCloseTo(2 * (usdOf(once, 'rent/training') ?? 0), 12)
  })

  it('at a provider that nobody knows is an error that names the nearest', () => {
    const spec = pinned({ hardware: { provider: 'runpood' } })
    expect(() => estimated(spec, catalog)).toThrowError(
      expect.objectContaining({ code: 'not-found', message: expect.stringContaining('runpood') }),
    )
  })

  it('with a sharding that fits no count of GPUs is an error about the sharding, not the batch', () => {
    const spec = {
      model: 'llama-3.1-8b',
      training: { sharding: 'none' },
      hardware: { gpu: 'rtx4090', count: 8 },
    }
    expect(() => estimated(spec, catalog)).toThrowError(/^training\.sharding: .* 8 GPUs$/)
  })
})

describe('services beside own hardware', () => {
  const own = { gpu: 'rtx4090', count: 1, owned: true }
  const spec = (model: string, hardware: unknown) => ({ model, training: { method: ['full'] }, hardware })

  it('do not make a spec feasible whose hardware cannot do it', () => {
    const report = estimated(spec('llama-3.1-70b', own), catalog)
    expect(report.verdict).toBe('no-fit')
    expect(report.decision.winner).toBeNull()
    expect(report.plans.every(({ kind, feasible }) => kind === 'gpu' && !feasible)).toBe(true)
  })
})
