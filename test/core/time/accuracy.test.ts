import { describe, expect, it } from 'vitest'
import { pinnedPlan, readCalibration, readRuns } from '../../../scripts/time-fit/corpus.ts'
import {
  groupErrors,
  rankAgreement,
  scored,
  type TimedCase,
  timedCase,
} from '../../../scripts/time-fit/score.ts'
import { mean, quantile } from '../../../src/core/accuracy/statistics.ts'
import type { TimeCalibration } from '../../../src/core/domain/time-calibration.ts'
import { placeTime, prepareTime, timeEstimate } from '../../../src/core/time/index.ts'
import { matrixPeak } from '../../../src/core/time/machine.ts'
import { estimateOf, library, secondsOf } from './plans.ts'

const runs = readRuns(undefined)
const planned = runs.map((run) => ({ run, plan: pinnedPlan(run.spec, library) }))

/** The constants without their fitted values: what is documented, and nothing learned from these runs. */
function documented<T>(value: T): T {
  if (Array.isArray(value)) return value.map(documented) as T
  if (typeof value !== 'object' || value === null) return value
  if ('prior' in value && 'fit' in value) return { ...value, fit: null }
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, documented(child)])) as T
}

function casesWith(constants: TimeCalibration, strip: boolean): TimedCase[] {
  return planned.map(({ run, plan: pinned }) => {
    const plan = strip ? { ...pinned, stack: documented(pinned.stack) } : pinned
    const estimate = timeEstimate(placeTime(prepareTime(plan), plan, constants), plan, 'totals')
    return { ...timedCase(run, plan, () => estimate), generation: '', regime: () => '' }
  })
}

const main = casesWith(readCalibration(), false).filter(({ isMicro }) => !isMicro)

describe('predicted against measured speed', () => {
  it('looks at every published run with a speed', () => {
    expect(runs.length).toBeGreaterThan(450)
  })

  it('is off by less than 5 % at the median, 8 % on average and 16 % at the 90th percentile of groups', () => {
    const errors = groupErrors(scored(main))
    expect(quantile(errors, 0.5)).toBeLessThan(0.05)
    expect(mean(errors)).toBeLessThan(0.08)
    expect(quantile(errors, 0.9)).toBeLessThan(0.16)
  })

  it('is off by less than 9 % at the median with documented constants alone', () => {
    const cases = casesWith(documented(readCalibration()), true).filter(({ isMicro }) => !isMicro)
    expect(quantile(groupErrors(scored(cases)), 0.5)).toBeLessThan(0.09)
  })

  it('lies inside the 90 % range for 85 to 95 % of the runs', () => {
    const inside = main.filter((one) => {
      const { low, high } = one.speed()
      return one.measuredSpeed >= low && one.measuredSpeed <= high
    })
    expect(inside.length / main.length).toBeGreaterThan(0.85)
    expect(inside.length / main.length).toBeLessThan(0.95)
  })

  it('orders runs that differ in one knob as they were measured', () => {
    const { pairs, agreeing } = rankAgreement(main)
    expect(pairs).toBeGreaterThan(200)
    expect(agreeing / pairs).toBeGreaterThan(0.95)
  })
})

describe('physical limits', () => {
  it('are never beaten: matrix peak, memory bandwidth, link bandwidth', () => {
    for (const { run, plan } of planned) {
      const prepared = prepareTime(plan)
      const { terms, stepSeconds } = estimateOf(plan)
      const { gpu, interconnect } = plan.hardware
      const { forward, backward, head } = prepared.work
      const tokens =
        (plan.microBatchSize * plan.workload.meanTokens * plan.gradientAccumulation) / plan.parallelism.cp
      const peak = matrixPeak(gpu, plan.precision)
      const fastest = plan.precision.fp8 ? Math.max(peak, gpu.peakFlopsPerSecond.fp8 ?? 0) : peak
      const work = (tokens * (forward.flops + backward.flops + head.flops)) / fastest
      expect(secondsOf(terms, 'compute'), run.id).toBeGreaterThanOrEqual(work)
      const reads =
        (plan.gradientAccumulation * prepared.storedBytes) / (gpu.memoryBytesPerSecond ?? Number.NaN)
      const sharded = plan.parallelism.dp > 1 && plan.parallelism.shard !== 'none'
      if (prepared.work.expertWidth === 0) expect(stepSeconds.mid, run.id).toBeGreaterThanOrEqual(reads)
      const { shard, dp, tp } = plan.parallelism
      if (!sharded || !(shard === 'zero3' || shard.startsWith('fsdp')) || tp > 1) continue
      const gathered = (2 * plan.gradientAccumulation * prepared.storedBytes * (dp - 1)) / dp
      expect(stepSeconds.mid, run.id).toBeGreaterThanOrEqual(gathered / interconnect.bytesPerSecond)
    }
  })
})
