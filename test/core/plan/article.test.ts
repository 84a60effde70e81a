import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { Article, type ArticleClaim } from '../../../src/core/domain/article.ts'
import type { PlanReport } from '../../../src/core/domain/report.ts'
import { articleClaims, articleMemoryGb } from '../../../src/core/plan/article.ts'

const article = Article.parse(
  parse(readFileSync(new URL('../../../presets/article.yaml', import.meta.url), 'utf8')),
)
const claim = (id: string): ArticleClaim => {
  const found = article.claims.find((candidate) => candidate.id === id)
  if (found === undefined) throw new Error(id)
  return found
}

const range = (low: number, mid: number, high: number) => ({ low, mid, high })
/** 13.5 GB of weights, as many gradients, twice as many states: 54 GB before the first activation. */
const full7b = {
  id: 'full@trl/1xh200-sxm/own#aaaaaa',
  gpuCount: 1,
  memory: {
    requiredBytes: range(58e9, 60e9, 64e9),
    phases: [
      {
        phase: 'forward',
        bytes: 20e9,
        terms: [
          { key: 'weights/base', bytes: 13.5e9 },
          { key: 'activations/saved', bytes: 6e9 },
        ],
      },
      {
        phase: 'optimizer',
        bytes: 55e9,
        terms: [
          { key: 'weights/base', bytes: 13.5e9 },
          { key: 'gradients/base', bytes: 13.5e9 },
          { key: 'optimizer/states', bytes: 27e9 },
          { key: 'temporary/step', bytes: 1e9 },
        ],
      },
    ],
  },
  time: { totalSeconds: range(3600, 7200, 10800) },
  cost: { usd: range(90, 100, 120) },
  retention: { low: 0.94, mid: 0.99, high: 1.02, grade: 'B', basis: [] },
  trainableParameters: 13_631_488,
} as unknown as PlanReport

const judge = (one: ArticleClaim) =>
  articleClaims([one], () => ({ plan: full7b, totalParameters: 8_030_261_248 }))[0]!

describe('the article', () => {
  it('has a name for each claim, and each is held against something', () => {
    expect(new Set(article.claims.map(({ id }) => id)).size).toBe(article.claims.length)
    expect(article.claims.length).toBeGreaterThan(60)
    for (const { id, spec, evidence, verdict, reason } of article.claims) {
      expect(
        [spec, evidence, verdict].some((against) => against !== undefined),
        id,
      ).toBe(true)
      if (verdict !== undefined) expect(reason, id).toBeTruthy()
    }
  })

  it('contradicts physics where it claims less than weights, gradients and states', () => {
    expect(judge(claim('memory-full-7b'))).toMatchObject({
      value: 28,
      verdict: 'contradicts physics',
      estimate: { low: expect.closeTo(58, 9), mid: expect.closeTo(60, 9), high: expect.closeTo(64, 9) },
    })
    expect(judge(claim('memory-full-7b')).reason).toContain('weights, gradients and states alone are 54.0 GB')
  })

  it('agrees inside our range, and is optimistic or pessimistic beside it', () => {
    const memory = (value: number) => judge({ ...claim('memory-full-7b'), value }).verdict
    expect([55, 62, 90].map(memory)).toEqual(['optimistic', 'agrees', 'pessimistic'])
    const retention = (value: number) => judge({ ...claim('retention-lora-7b'), value }).verdict
    expect([0.8, 0.97, 1.2].map(retention)).toEqual(['pessimistic', 'agrees', 'optimistic'])
    expect(judge(claim('finance-cost-full-7b')).verdict).toBe('pessimistic')
  })

  it('is wrong where a count follows from the config', () => {
    expect(judge(claim('trainable-r16'))).toMatchObject({
      verdict: 'contradicts physics',
      estimate: { mid: 13_631_488 },
    })
  })

  it('is held against measurements where no plan of ours speaks of it', () => {
    expect(judge(claim('time-lora-over-full-7b')).verdict).toBe('optimistic')
    expect(judge(claim('time-qlora-over-lora-7b')).verdict).toBe('agrees')
    expect(judge(claim('faster-convergence')).verdict).toBe('optimistic')
  })

  it('compares time and totals as well, and knows no figure for a statement', () => {
    const time = judge({ ...claim('memory-full-7b'), quantity: 'time', unit: 'h', value: 24 })
    expect(time).toMatchObject({ estimate: { low: 1, mid: 2, high: 3 }, verdict: 'pessimistic' })
    const total = judge({ ...claim('trainable-r16'), quantity: 'total-parameters', value: 8_030_261_248 })
    expect(total.verdict).toBe('agrees')
    expect(judge({ ...claim('memory-full-7b'), quantity: 'statement' }).verdict).toBe('not testable')
    expect(judge({ ...claim('memory-full-7b'), value: null }).verdict).toBe('not testable')
    const { reason: _, ...bare } = claim('memory-qlora-7b')
    expect(judge({ ...bare, value: 62 }).reason).toBe(
      'the 90 % range of our plan full@trl/1xh200-sxm/own#aaaaaa',
    )
  })

  it('adds up the cards of a plan', () => {
    const two = { ...full7b, gpuCount: 2 } as unknown as PlanReport
    const [judged] = articleClaims([claim('memory-full-70b')], () => ({ plan: two, totalParameters: 1 }))
    expect(judged?.estimate?.mid).toBeCloseTo(120, 9)
    const none = { ...full7b, memory: null, time: null, trainableParameters: null } as unknown as PlanReport
    for (const quantity of ['memory', 'time', 'trainable-parameters'] as const) {
      const asked = { ...claim('memory-full-7b'), quantity }
      expect(articleClaims([asked], () => ({ plan: none, totalParameters: 1 }))[0]?.verdict).toBe(
        'not testable',
      )
    }
  })

  it('is not testable where our plan has no such figure', () => {
    const unpriced = { ...full7b, cost: { usd: null } } as unknown as PlanReport
    const [judged] = articleClaims([claim('finance-cost-full-7b')], () => ({
      plan: unpriced,
      totalParameters: 1,
    }))
    expect(judged).toMatchObject({ verdict: 'not testable', estimate: null })
    expect(articleClaims([claim('memory-full-7b')], () => null)[0]?.verdict).toBe('not testable')
  })
})

describe("the article's memory formula", () => {
  it('gives 918,064 GB for its own example, of which 560 are the first three terms', () => {
    const { total, terms } = articleMemoryGb(140, 32, 2048)
    expect(total).toBeCloseTo(918_064, 6)
    expect(terms.slice(0, 3).reduce((sum, { amount }) => sum + amount, 0)).toBe(560)
  })
})
