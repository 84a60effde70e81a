import { describe, expect, it } from 'vitest'
import { calibrated } from '../../../src/core/domain/constant.ts'
import type { Plan } from '../../../src/core/domain/plan.ts'
import { calibration, estimateOf, planWith, secondsOf } from './plans.ts'

const rented = (plan: Plan, commitment: 'on-demand' | 'spot' = 'on-demand'): Plan => ({
  ...plan,
  hardware: {
    ...plan.hardware,
    owned: false,
    provider: 'lambda',
    commitment,
    reclaims: commitment === 'spot' ? reclaims : null,
  },
})
const reclaims = { perHour: { low: 0.001, mid: 0.01, high: 0.1 }, share: null, source: 'test' }

const { run } = calibration
const data = { examples: 1000, epochs: 2, tokens: { mean: 500, p95: 1200, max: 2048 } }

describe('steps of a run', () => {
  it('hold the tokens end to end when packed: 1000 · 500 / 2048 sequences, two at a time', () => {
    // 244.1 → 245 sequences, 123 steps an epoch.
    expect(estimateOf(planWith({ dataset: data })).stepCount).toBe(2 * 123)
  })

  it('are one for each global batch of examples when padded', () => {
    expect(estimateOf(planWith({ dataset: { ...data, packing: false } })).stepCount).toBe(2 * 500)
  })

  it('can be part of an epoch, and are at least one', () => {
    expect(estimateOf(planWith({ dataset: { ...data, epochs: 0.5, packing: false } })).stepCount).toBe(250)
    expect(estimateOf(planWith({ dataset: { ...data, examples: 1, epochs: 0.1 } })).stepCount).toBe(1)
  })

  it('make up the training time', () => {
    const { stepCount, stepSeconds, trainSeconds, runTerms } = estimateOf(planWith({ dataset: data }))
    expect(trainSeconds.mid).toBeCloseTo(stepCount * stepSeconds.mid, 9)
    expect(secondsOf(runTerms, 'compute/training')).toBeCloseTo(trainSeconds.mid, 9)
  })
})

describe('the rest of a run', () => {
  it('is loading the model only on own machines', () => {
    const { runTerms } = estimateOf(planWith({}))
    expect(secondsOf(runTerms, 'setup')).toBeCloseTo(
      (2 * 8_030_261_248) / calibrated(run.load_bytes_per_second),
      9,
    )
  })

  it('is booting, installing and downloading too on rented ones', () => {
    const { runTerms } = estimateOf(rented(planWith({})))
    const download = (2 * 8_030_261_248) / calibrated(run.download_bytes_per_second)
    expect(secondsOf(runTerms, 'setup/download')).toBeCloseTo(download, 9)
    expect(secondsOf(runTerms, 'setup/provisioning')).toBe(calibrated(run.provisioning_seconds))
    expect(secondsOf(runTerms, 'setup/environment')).toBe(calibrated(run.setup_seconds))
  })

  it('is a forward pass over the evaluation data, each time: a third of training at the same batch', () => {
    const plan = planWith({ dataset: data })
    const evaluation = { examples: 200, everySteps: 50, generate: false }
    const { stepSeconds, runTerms } = estimateOf({ ...plan, evaluation })
    // 246 steps: four evaluations of 200 · 500 / 2048 = 48.8 → 49 sequences, two at a time.
    expect(secondsOf(runTerms, 'evaluation')).toBeCloseTo((4 * 24.5 * stepSeconds.mid) / 3, 9)
    const generated = estimateOf({ ...plan, evaluation: { ...evaluation, generate: true } })
    expect(secondsOf(generated.runTerms, 'evaluation')).toBeGreaterThan(secondsOf(runTerms, 'evaluation'))
  })

  it('is saving what trains: adapters are small', () => {
    const full = estimateOf(planWith({}))
    const adapters = estimateOf(
      planWith({ training: { method: 'lora', lora: { rank: 16, targets: 'all-linear' } } }),
    )
    expect(secondsOf(full.runTerms, 'checkpoint')).toBeGreaterThan(
      50 * secondsOf(adapters.runTerms, 'checkpoint'),
    )
  })

  it('is the work lost to reclaims on spot: rate · hours · (restart + half an interval)', () => {
    const plan = planWith({ dataset: { ...data, examples: 100_000 } })
    const spot = rented({ ...plan, checkpoints: { everySteps: 100, keep: 1 } }, 'spot')
    const { runTerms, stepSeconds, trainSeconds } = estimateOf(spot)
    const saves = secondsOf(runTerms, 'checkpoint')
    const count = (0.01 * (trainSeconds.mid + saves)) / 3600
    const each = calibrated(run.restart_seconds) + 50 * stepSeconds.mid
    expect(secondsOf(runTerms, 'interruption')).toBeCloseTo(count * each, 6)
    expect(secondsOf(estimateOf(rented(plan)).runTerms, 'interruption')).toBe(0)
  })

  it('saves once an hour on spot where the spec says nothing, and says so', () => {
    const plan = rented(planWith({ dataset: { ...data, examples: 100_000 } }), 'spot')
    const { runTerms, stepSeconds, trainSeconds, notes } = estimateOf(plan)
    const steps = Math.round(3600 / stepSeconds.mid)
    const count = (0.01 * (trainSeconds.mid + secondsOf(runTerms, 'checkpoint'))) / 3600
    const each = calibrated(run.restart_seconds) + (steps * stepSeconds.mid) / 2
    expect(secondsOf(runTerms, 'interruption')).toBeCloseTo(count * each, 6)
    expect(notes.map(({ code }) => code)).toContain('spot-checkpoints-assumed')
    const once = secondsOf(estimateOf(rented(plan)).runTerms, 'checkpoint')
    expect(secondsOf(runTerms, 'checkpoint') / once).toBeCloseTo(
      Math.floor(trainSeconds.mid / (steps * stepSeconds.mid)),
      9,
    )
  })

  it('has the range of the reclaims beside that of the training', () => {
    const plan = planWith({ dataset: { ...data, examples: 100_000 } })
    const spot = estimateOf(rented({ ...plan, checkpoints: { everySteps: 100, keep: 1 } }, 'spot'))
    const steady = estimateOf(rented({ ...plan, checkpoints: { everySteps: 100, keep: 1 } }))
    const lost = (end: 'low' | 'mid' | 'high') => spot.totalSeconds[end] - steady.totalSeconds[end]
    // A hundred times the rate, on a training that is at its slowest.
    expect(lost('high') / lost('mid')).toBeGreaterThan(10)
    expect(lost('low') / lost('mid')).toBeLessThan(0.1)
    const sum = spot.runTerms.reduce((total, { amount }) => total + amount, 0)
    expect(sum).toBeCloseTo(spot.totalSeconds.mid, 6)
  })

  it('has a wider range than training has', () => {
    const { totalSeconds, trainSeconds } = estimateOf(rented(planWith({ dataset: data })))
    expect(totalSeconds.low).toBeLessThan(totalSeconds.mid)
    expect(totalSeconds.high - trainSeconds.high).toBeCloseTo(2 * (totalSeconds.mid - trainSeconds.mid), 6)
  })
})
