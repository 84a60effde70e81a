import { describe, expect, it } from 'vitest'
import { predicted, ratioOf } from '../../../scripts/retention-rows.ts'
import { refitted } from '../../../src/core/quality/slope.ts'
import { rules, studies, task } from './retention-presets.ts'

describe('a refitted slope', () => {
  it('is the least-squares line through the top', () => {
    // code: decades 1.2046 and 0.6021, missing 0.2797 and 0.161: (0.3369 + 0.0969) / (1.4511 + 0.3625) = 0.239
    const points = [
      { capacityRatio: 0.9127, retention: 0.7203 },
      { capacityRatio: 0.2281, retention: 0.839 },
    ]
    expect(refitted(task('code'), points, 0.04).slopePerDecade).toBeCloseTo(0.2395, 3)
  })

  it('is unknown with too few points, and none where slopes are judgement', () => {
    expect(refitted(task('code'), [{ capacityRatio: 1, retention: 0.7 }], 0.04)).toMatchObject({
      slopePerDecade: null,
      points: 1,
      task: { lora: { slopePerDecade: 0.04 } },
    })
    expect(refitted(task('format'), [], 0.04).task).toEqual(task('format'))
  })
})

describe('the evidence', () => {
  const rows = studies.flatMap(({ id, rows: all }) => all.map((row) => ({ study: id, row })))

  it('has all rows of all studies', () => {
    expect(rows).toHaveLength(364)
    expect(studies).toHaveLength(18)
  })

  it('falls below the predicted range in at most 3 % of the rows that have full fine-tuning beside them', () => {
    const compared = rows.flatMap(({ study, row }) => {
      const measured = ratioOf(row)
      const estimate = row.kind === null ? null : predicted(row, task(row.kind), rules, study)
      return measured === null || estimate === null ? [] : [{ measured, estimate }]
    })
    const below = compared.filter(({ measured, estimate }) => measured < estimate.low)
    expect(compared.length).toBeGreaterThan(150)
    expect(below.length / compared.length).toBeLessThan(0.03)
  })
})
