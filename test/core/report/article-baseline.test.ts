import { describe, expect, it } from 'vitest'
import { articleBaseline, withArticleBaseline } from '../../../src/core/report/article-baseline.ts'
import { planReport, report } from '../../support/report.ts'

describe("the article's formula beside a plan", () => {
  it("is the article's own example: 918,064 GB for 70B parameters, batch 32 and 2048 tokens", () => {
    const { name, totalBytes, terms } = articleBaseline({ microBatchSize: 32, sequenceLength: 2048 }, 70e9)
    expect(name).toBe('article')
    expect(totalBytes).toBeCloseTo(918_064e9, -3)
    expect(terms.reduce((sum, { bytes }) => sum + bytes, 0)).toBeCloseTo(totalBytes, -3)
    expect(terms[0]).toMatchObject({ key: 'weights/article', bytes: 140e9 })
  })

  it('stands beside plans that have a memory of their own', () => {
    const service = planReport({ memory: null })
    const { plans } = withArticleBaseline(report({ plans: [planReport(), service] }))
    expect(plans.map(({ baseline }) => baseline?.name)).toEqual(['article', undefined])
    expect(plans[1]).toEqual(service)
  })
})
