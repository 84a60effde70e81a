import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparisonsOf, correctedPrediction } from '../../../src/core/calibration/compare.ts'
import {
  correctedMemory,
  correctedRequirement,
  correctedTime,
  type OwnCorrection,
} from '../../../src/core/calibration/correct.ts'
import { ownEvidence } from '../../../src/core/calibration/evidence.ts'
import { ownScoreNotes } from '../../../src/core/calibration/own-scores.ts'
import type { MemoryEstimate, TimeEstimate } from '../../../src/core/domain/estimates.ts'
import type { OwnRun } from '../../../src/core/domain/user-calibration.ts'
import { note } from '../../../src/core/notes.ts'
import { sumOf } from '../../../src/core/term.ts'
import { GIB, type Range } from '../../../src/core/units.ts'
import { ownRun, repeated, rules } from './runs.ts'

const habits = { stack: 'trl', methodClass: 'adapters', gpu: 'rtx4090' } as const

function own(...runs: OwnRun[]): OwnCorrection {
  const evidence = ownEvidence(runs, rules)
  if (evidence === null) throw new Error('no runs')
  return { evidence, rules }
}

const around = (mid: number): Range => ({ low: mid * 0.8, mid, high: mid * 1.2 })

const memory: MemoryEstimate = {
  allocatedBytes: around(20 * GIB),
  reservedBytes: around(22 * GIB),
  deviceBytes: around(23 * GIB),
  requiredBytes: around(21 * GIB),
  activationBytes: 0,
  capacityBytes: 24 * GIB,
  fitProbability: 0.5,
  peakPhase: 'loss',
  hostBytes: 0,
  hostTerms: [],
  phases: [],
  notes: [note('stack-unmeasured', { stack: 'trl' })],
}

const term = (amount: number) => ({ key: 'compute/forward', amount, formula: '', source: 'judgement' })

const time: TimeEstimate = {
  stepSeconds: around(2),
  tokensPerSecondPerGpu: { low: 1000 / 1.2, mid: 1000, high: 1000 / 0.8 },
  trainSeconds: around(200),
  totalSeconds: { low: 160 + 5, mid: 210, high: 240 + 20 },
  mfuFraction: 0.4,
  stepCount: 100,
  terms: [term(2)],
  runTerms: [
    { ...term(200), key: 'compute/training' },
    { ...term(10), key: 'setup/load' },
  ],
  notes: [note('stack-unmeasured', { stack: 'trl' }), note('gpu-unmeasured', { gpu: 'rtx4090' })],
}

const width = ({ low, high }: Range): number => high / low

describe('memory with own runs', () => {
  const many = own(...repeated(1000, ownRun({ allocated_gib: 25 })))

  it('keeps the weights and the physics, and multiplies what is beyond them', () => {
    const after = correctedMemory(memory, 10 * GIB, habits, many)
    expect(after.allocatedBytes).toBe(memory.allocatedBytes)
    expect(after.phases).toBe(memory.phases)
    // 10 + 1.5 · (21 - 10)
    expect(after.requiredBytes.mid / GIB).toBeCloseTo(26.5, 2)
    expect(width(after.requiredBytes)).toBeLessThan(width(memory.requiredBytes))
    expect(after.fitProbability).toBeLessThan(0.1)
  })

  it('leaves reserved and device on the card: a full card makes the allocator give blocks back', () => {
    const after = correctedMemory(memory, 10 * GIB, habits, many)
    expect(after.deviceBytes.mid).toBe(24 * GIB)
    expect(after.reservedBytes.mid).toBe(23 * GIB)
    const roomy = correctedMemory({ ...memory, capacityBytes: 80 * GIB }, 10 * GIB, habits, many)
    expect(roomy.reservedBytes.mid / GIB).toBeCloseTo(27, 2)
  })

  it('says so, and no more that nothing was measured', () => {
    const { notes } = correctedMemory(memory, 10 * GIB, habits, many)
    expect(notes).toEqual([note('own-calibration-memory', { count: 1000, stack: 'trl', factor: 1.5 })])
  })

  it('is the packaged estimate itself for another stack, and where runs measured only time', () => {
    expect(correctedMemory(memory, 10 * GIB, { ...habits, stack: 'axolotl' }, many)).toBe(memory)
    expect(correctedMemory(memory, 10 * GIB, habits, own(ownRun({ step_seconds: 3 })))).toBe(memory)
  })

  it('leaves a plan that is all weights alone', () => {
    expect(correctedMemory(memory, 30 * GIB, habits, many).requiredBytes).toEqual(memory.requiredBytes)
  })

  it('judges a plan by the same requirement as it reports', () => {
    const after = correctedMemory(memory, 10 * GIB, habits, many)
    expect(correctedRequirement(memory.requiredBytes, 10 * GIB, habits, many)).toEqual(after.requiredBytes)
  })

  it('needs more memory for a plan that needs more without own runs', () => {
    const mids = fc.double({ min: 10.01, max: 200, noNaN: true })
    const measured = fc.double({ min: 11, max: 60, noNaN: true })
    const runs = fc.integer({ min: 1, max: 50 })
    fc.assert(
      fc.property(mids, mids, measured, runs, (a, b, allocated_gib, count) => {
        const correction = own(...repeated(count, ownRun({ allocated_gib })))
        const high = (mid: number) =>
          correctedRequirement(around(mid * GIB), 10 * GIB, habits, correction).high
        expect(Math.sign(high(a) - high(b)) * Math.sign(a - b)).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('time with own runs', () => {
  const many = own(...repeated(5000, ownRun({ step_seconds: 3 })))

  it('multiplies steps and leaves the rest of the run', () => {
    const after = correctedTime(time, habits, many)
    expect(after.stepSeconds.mid).toBeCloseTo(3, 2)
    expect(after.trainSeconds.mid).toBeCloseTo(300, 1)
    expect(after.totalSeconds.mid).toBeCloseTo(310, 1)
    expect(after.totalSeconds.high - after.trainSeconds.high).toBeCloseTo(20, 6)
    expect(after.tokensPerSecondPerGpu.mid).toBeCloseTo(1000 / 1.5, 1)
    expect(after.mfuFraction).toBeCloseTo(0.4 / 1.5, 4)
    expect(width(after.stepSeconds)).toBeLessThan(width(time.stepSeconds))
    expect(width(after.tokensPerSecondPerGpu)).toBeCloseTo(width(after.stepSeconds), 9)
  })

  it('keeps terms that add up to the totals', () => {
    const after = correctedTime(time, habits, many)
    expect(sumOf(after.terms)).toBeCloseTo(after.stepSeconds.mid, 9)
    expect(sumOf(after.runTerms)).toBeCloseTo(after.totalSeconds.mid, 9)
    expect(after.runTerms.at(-1)).toEqual(time.runTerms.at(-1))
    expect(after.terms[0]?.formula).toContain('1.500 (own runs)')
    expect(correctedTime({ ...time, terms: [], runTerms: [] }, habits, many).terms).toEqual([])
  })

  it('narrows the range only on cards that the runs ran on', () => {
    const elsewhere = correctedTime(time, { ...habits, gpu: 'h100-sxm' }, many)
    expect(elsewhere.stepSeconds.mid).toBeCloseTo(3, 2)
    expect(width(elsewhere.stepSeconds)).toBeCloseTo(1.5, 9)
    expect(elsewhere.notes.map(({ code }) => code)).toEqual(['gpu-unmeasured', 'own-calibration-time'])
    expect(correctedTime(time, habits, many).notes.map(({ code }) => code)).toEqual(['own-calibration-time'])
  })

  it('is the packaged estimate itself for another stack', () => {
    expect(correctedTime(time, { ...habits, stack: 'axolotl' }, many)).toBe(time)
  })
})

describe('figures before and after', () => {
  it('come nearer to what was measured, allocated apart', () => {
    const run = ownRun({ allocated_gib: 25, reserved_gib: 28, tokens_per_second_per_gpu: 500 })
    const rows = comparisonsOf(run, own(run))
    expect(rows.map(({ counter }) => counter)).toEqual(['allocated', 'reserved', 'tokens/s/GPU'])
    const [allocated, reserved, speed] = rows
    expect(allocated?.errorAfter).toBe(allocated?.errorBefore)
    expect(reserved?.errorBefore).toBeCloseTo(22 / 28 - 1, 9)
    expect(Math.abs(reserved?.errorAfter ?? 1)).toBeLessThan(0.1)
    expect(speed?.errorBefore).toBeCloseTo(1, 9)
    expect(Math.abs(speed?.errorAfter ?? 1)).toBeLessThan(0.5)
  })

  it('are those of a step or of a micro-batch where these were measured', () => {
    const step = comparisonsOf(ownRun({ step_seconds: 4, tokens_per_second_per_gpu: 1 }), null)
    expect(step).toMatchObject([{ counter: 'step', unit: 's', errorBefore: -0.5, errorAfter: -0.5 }])
    const micro = comparisonsOf(ownRun({ micro_step_seconds: 0.5 }), null)
    expect(micro).toMatchObject([{ counter: 'micro-step', before: { mid: 0.5 }, errorBefore: 0 }])
  })

  it('compare a run out of memory with the card', () => {
    const run = ownRun({}, { oom: true })
    const [row] = comparisonsOf(run, own(run))
    expect(row).toMatchObject({ counter: 'required', measured: { low: 40, high: null } })
    expect(row?.errorBefore).toBeCloseTo(21 / 40 - 1, 9)
    expect(row?.errorAfter).toBeGreaterThan(-0.2)
  })

  it('are the packaged ones without own runs', () => {
    const run = ownRun({ step_seconds: 4 })
    expect(correctedPrediction(run, null)).toBe(run.predicted)
  })
})

describe('own scores', () => {
  const score = { method: 'qlora', task: 'math', rank: 16, full: 0.704, score: 0.674, n: 1319 }

  it('are counted where they speak of the methods and the data', () => {
    expect(ownScoreNotes([score, { ...score, task: null }], 'math', ['qlora', 'full'])).toEqual([
      note('own-scores', { count: 2 }),
    ])
    expect(ownScoreNotes([score], 'code', ['qlora'])).toEqual([])
    expect(ownScoreNotes([score], 'math', ['lora'])).toEqual([])
  })
})
