import { describe, expect, it } from 'vitest'
import { fitCase } from '../../../scripts/memory-fit/cases.ts'
import { memoryCases } from '../../../scripts/memory-fit/corpus.ts'
import { scoredCases } from '../../../scripts/memory-fit/score.ts'
import { mean, quantile } from '../../../src/core/accuracy/statistics.ts'
import { groupBy } from '../../../src/core/group-by.ts'
import { counterRange, requiredBytesMid } from '../../../src/core/memory/counters.ts'
import { fitProbability } from '../../../src/core/memory/fit-probability.ts'
import { calibration } from './plans.ts'

const cases = memoryCases(undefined).map(fitCase)
const rows = [
  ...groupBy(
    scoredCases(cases, () => calibration),
    ({ one }) => one.id,
  ).values(),
].map(([first]) => first!)
const errorsOf = (some: typeof rows): number[] =>
  [...groupBy(some, ({ one }) => one.group).values()].map((group) =>
    mean(group.map(({ error }) => Math.abs(error))),
  )

describe('memory of published runs', () => {
  it('is predicted within 4 % at the median, 7 % on average, 14 % in nine of ten groups', () => {
    expect(rows.length).toBeGreaterThan(300)
    const errors = errorsOf(rows)
    expect(quantile(errors, 0.5)).toBeLessThan(0.04)
    expect(mean(errors)).toBeLessThan(0.07)
    expect(quantile(errors, 0.9)).toBeLessThan(0.14)
  })

  it('is predicted within 12 % at the median for every source of ten rows and more', () => {
    for (const [source, some] of groupBy(rows, ({ one }) => one.source)) {
      if (some.length < 10 || source === 'torchtitan') continue
      expect(quantile(errorsOf(some), 0.5), source).toBeLessThan(0.12)
    }
  })

  it('lies inside the printed range in 85 to 95 of 100 runs, above it in at most 5', () => {
    const covered = mean(rows.map((row) => Number(row.covered)))
    expect(covered).toBeGreaterThan(0.85)
    expect(covered).toBeLessThan(0.95)
    expect(mean(rows.map((row) => Number(row.aboveHigh)))).toBeLessThan(0.05)
  })

  it('is known to fit for runs that ran, and not to fit for runs that ended out of memory', () => {
    const fits = ({ inputs, plan }: (typeof cases)[number]): boolean => {
      const range = counterRange(requiredBytesMid(inputs, plan, calibration), 'required', plan, calibration)
      return fitProbability(range, plan.hardware.capacityBytes) >= 0.5
    }
    const outOfMemory = cases.filter(({ oom }) => oom)
    const ran = cases.filter(({ oom }) => !oom)
    expect(outOfMemory.length).toBeGreaterThan(50)
    expect(outOfMemory.filter(fits).length / outOfMemory.length).toBeLessThan(0.1)
    expect(ran.filter((one) => !fits(one)).length / ran.length).toBeLessThan(0.02)
  })
})
