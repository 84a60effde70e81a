import { beforeAll, describe, expect, it } from 'vitest'
import type { Catalog } from '../../../src/catalog/index.ts'
import type { Candidate } from '../../../src/core/domain/decision.ts'
import type { Spec } from '../../../src/core/domain/spec.ts'
import { type Findings, findPlans } from '../../../src/core/find-plans.ts'
import type { EstimateRequest } from '../../../src/core/request.ts'
import { packagedCatalog } from '../../support/compiled-presets.ts'

const SPACES = 500

/** A small generator with a seed, so that a failing space can be looked at again (mulberry32). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const pick = <T>(next: () => number, values: readonly T[]): T =>
  values[Math.floor(next() * values.length)] as T

const some = <T>(next: () => number, values: readonly T[]): T[] => {
  const chosen = values.filter(() => next() < 0.5)
  return chosen.length > 0 ? chosen : [pick(next, values)]
}

function randomSpec(seed: number): Spec {
  const next = random(seed)
  const providers = some(next, ['runpod', 'vast', 'lambda', 'verda'])
  return {
    model: pick(next, ['smollm2-360m', 'qwen2.5-0.5b', 'llama-3.2-1b', 'qwen2.5-1.5b']),
    dataset: { examples: pick(next, [2000, 20000]), tokens: { mean: 400, max: 1024 }, epochs: 1 },
    training: {
      method: some(next, ['full', 'lora', 'qlora'] as const),
      task: pick(next, ['instruct', 'math', 'code'] as const),
      lora: { rank: some(next, [8, 64]) },
      global_batch_size: 16,
      optimizer: some(next, ['adamw-fused', 'adamw-8bit', 'paged-adamw-8bit']),
      gradient_checkpointing: some(next, ['none', 'full'] as const),
    },
    hardware: some(next, ['rtx4090', 'rtx3060-12gb', 'a100-sxm-80gb']).map((gpu) => ({
      gpu,
      count: some(next, [1, 2]),
      ...(next() < 0.3 ? { owned: true } : { provider: providers }),
    })),
    objective: pick(next, ['cost', 'time', 'quality', 'balanced'] as const),
    ...(next() < 0.3 ? { budget: { usd: pick(next, [0.2, 1, 5]) } } : {}),
    ...(next() < 0.2 ? { quality: { min_retention: 0.97 } } : {}),
  }
}

const figuresOf = ({ usd, seconds, retention }: Candidate): string =>
  [usd?.mid, seconds?.mid, retention?.mid].map((value) => value?.toPrecision(9) ?? 'unknown').join(' / ')

type Figures = readonly [usd: number, seconds: number, lossOfQuality: number]

const axesOf = ({ usd, seconds, retention }: Candidate): Figures => [
  usd?.mid ?? Number.POSITIVE_INFINITY,
  seconds?.mid ?? Number.POSITIVE_INFINITY,
  retention === null ? Number.POSITIVE_INFINITY : -(retention.mid + retention.low),
]

const dominates = (a: Figures, b: Figures): boolean =>
  a.every((value, axis) => value <= (b[axis] ?? 0)) && a.some((value, axis) => value < (b[axis] ?? 0))

/** Figures of the feasible plans that no other beats, compared one with another: nothing of the product's own sweep is used. */
function paretoFigures({ decision, judged }: Findings): string[] {
  const feasible = decision.order.filter(({ id }) => judged.get(id)?.broken.length === 0)
  const front = feasible.filter((one) => !feasible.some((other) => dominates(axesOf(other), axesOf(one))))
  return [...new Set(front.map(figuresOf))].sort()
}

describe('the search over plans', () => {
  let library: Catalog
  beforeAll(async () => {
    library = await packagedCatalog()
  })

  const find = (spec: Spec, all: boolean): Findings => {
    const request: EstimateRequest = {
      spec,
      origins: {},
      library,
      asOf: '2026-11-25',
      prices: { overrides: {}, strict: false, maxAgeDays: null, includeUnverified: false },
      top: null,
      all,
      generator: { name: 'ftplan', version: '0' },
      generatedAt: null,
    }
    return findPlans(request)
  }

  it(`finds the winner of brute force on ${SPACES} random small spaces, and the same Pareto set`, () => {
    let looked = 0
    for (let seed = 1; seed <= SPACES; seed++) {
      const spec = randomSpec(seed)
      const pruned = find(spec, false)
      const every = find(spec, true)
      looked += every.searched
      const [winner, best] = [pruned.decision.winner, every.decision.winner]
      expect(winner === null, `seed ${seed}`).toBe(best === null)
      if (winner !== null && best !== null) expect(figuresOf(winner), `seed ${seed}`).toBe(figuresOf(best))
      expect(paretoFigures(pruned), `seed ${seed}`).toEqual(paretoFigures(every))
    }
    expect(looked).toBeGreaterThan(SPACES * 10)
  })
})
