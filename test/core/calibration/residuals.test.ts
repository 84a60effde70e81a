import { describe, expect, it } from 'vitest'
import { evidenceFor, ownEvidence } from '../../../src/core/calibration/evidence.ts'
import { offsetsOf } from '../../../src/core/calibration/offsets.ts'
import { implausibility } from '../../../src/core/calibration/plausible.ts'
import { residualsOf } from '../../../src/core/calibration/residuals.ts'
import type { MeasuredFigures } from '../../../src/core/domain/run.ts'
import { ownRun, rules } from './runs.ts'

describe('what a run says', () => {
  it('leaves the weights out: 10 of 20 GiB can be off', () => {
    const { required } = residualsOf(ownRun({ allocated_gib: 25 }), rules)
    expect(required?.share).toBe(0.5)
    expect(Math.exp(required?.logarithm ?? 0)).toBeCloseTo(1.5, 12)
  })

  it('takes the counter that is nearest to the quantity', () => {
    const { required, reserved, device, time } = residualsOf(
      ownRun({ allocated_gib: 20, reserved_gib: 28, device_gib: 23 }),
      rules,
    )
    expect(required?.logarithm).toBe(0)
    expect(Math.exp(reserved?.logarithm ?? 0)).toBeCloseTo(1.5, 12)
    expect(device?.logarithm).toBe(0)
    expect(time).toBeNull()
  })

  it('takes the difference to another counter as predicted', () => {
    // Predicted: 20 allocated, 22 reserved, 23 device, 10 of them weights.
    const ratio = (measured: MeasuredFigures, quantity: 'reserved' | 'device') =>
      Math.exp(residualsOf(ownRun(measured), rules)[quantity]?.logarithm ?? 0)
    expect(ratio({ device_gib: 35 }, 'reserved')).toBeCloseTo(24 / 12, 12)
    expect(ratio({ allocated_gib: 26 }, 'reserved')).toBeCloseTo(18 / 12, 12)
    expect(ratio({ allocated_gib: 26 }, 'device')).toBeCloseTo(19 / 13, 12)
    expect(ratio({ reserved_gib: 28 }, 'device')).toBeCloseTo(19 / 13, 12)
  })

  it.each([
    ['more than predicted', { reserved_gib: 27 }, 15 / 10],
    ['more than predicted', { device_gib: 28 }, 15 / 10],
    ['less, but enough for the tensors', { reserved_gib: 20.5 }, 1],
    ['less, but enough for the tensors', { device_gib: 21 }, 1],
    ['too little for the tensors', { reserved_gib: 15 }, 5 / 10],
    ['too little for the tensors', { device_gib: 16 }, 5 / 10],
  ])(
    'blames the tensors only where blocks kept by the allocator cannot explain a total of %s: %o',
    (_, measured, ratio) => {
      expect(Math.exp(residualsOf(ownRun(measured), rules).required?.logarithm ?? 9)).toBeCloseTo(ratio, 12)
    },
  )

  it('reads a range of an unknown counter as reserved, with no error inside', () => {
    const inside = residualsOf(ownRun({ memory_gib_range: [20, 24], memory_counter: 'unknown' }), rules)
    expect(inside.reserved?.logarithm).toBe(0)
    const above = residualsOf(ownRun({ memory_gib_range: [28, 30] }), rules)
    expect(Math.exp(above.reserved?.logarithm ?? 0)).toBeCloseTo(1.5, 12)
  })

  it.each([
    [{ step_seconds: 3 }, 1.5],
    [{ tokens_per_second_per_gpu: 500 }, 2],
    [{ micro_step_seconds: 0.25 }, 0.5],
    [{ step_seconds: 3, tokens_per_second_per_gpu: 500 }, 1.5],
  ])('%o is %d times the predicted time', (measured, ratio) => {
    expect(Math.exp(residualsOf(ownRun(measured), rules).time?.logarithm ?? 0)).toBeCloseTo(ratio, 12)
  })

  it('hears a run out of memory only where it was predicted to fit, and then of the card alone', () => {
    const fitting = residualsOf(ownRun({}, { oom: true }), rules)
    // (40 - 10) / (21 - 10)
    expect(Math.exp(fitting.required?.logarithm ?? 0)).toBeCloseTo(30 / 11, 12)
    expect([fitting.reserved, fitting.device, fitting.time]).toEqual([null, null, null])
    const { predicted } = ownRun({})
    const misfit = ownRun({}, { oom: true, predicted: { ...predicted, capacity_bytes: 2 ** 34 } })
    expect(residualsOf(misfit, rules).required).toBeNull()
  })

  it('says no more of a small part beside large weights than the limit', () => {
    const { required } = residualsOf(ownRun({ allocated_gib: 10.1 }), rules)
    expect(Math.exp(required?.logarithm ?? 0)).toBeCloseTo(1 / 5, 12)
  })
})

describe('what several runs say', () => {
  const slow = ownRun({ step_seconds: 4 })
  const fast = ownRun({ step_seconds: 1 }, { method_class: 'weights', gpu: 'l4' })

  it('is their geometric mean', () => {
    const evidence = ownEvidence([slow, fast], rules)?.stacks.trl?.all.time
    expect(evidence).toMatchObject({ runs: 2, weight: 2, gpus: ['l4', 'rtx4090'] })
    expect(evidence?.mean).toBeCloseTo(0, 12)
    expect(evidence?.spread).toBeCloseTo(2 * Math.log(2) ** 2, 12)
  })

  it('weighs a run of which little can be off less', () => {
    const { predicted } = ownRun({})
    // Nine tenths are weights: the share is a fifth of the half of the other run.
    const heavy = { ...predicted, weight_bytes: predicted.allocated_bytes.mid * 0.9 }
    const runs = [ownRun({ allocated_gib: 30 }), ownRun({ allocated_gib: 20 }, { predicted: heavy })]
    const required = ownEvidence(runs, rules)?.stacks.trl?.all.required
    expect(required?.mean).toBeCloseTo((0.25 * Math.log(2)) / 0.26, 12)
  })

  it('counts by method class from three runs on, by stack before, and never for another stack', () => {
    const adapters = { stack: 'trl', methodClass: 'adapters' } as const
    const two = ownEvidence([slow, slow, fast], rules)
    const three = ownEvidence([slow, slow, slow, fast], rules)
    if (two === null || three === null) throw new Error('runs were lost')
    expect(evidenceFor(two, adapters, 'time', rules)?.runs).toBe(3)
    expect(evidenceFor(three, adapters, 'time', rules)?.runs).toBe(3)
    expect(evidenceFor(three, adapters, 'time', rules)?.mean).toBeCloseTo(Math.log(2), 12)
    expect(evidenceFor(three, { ...adapters, methodClass: 'weights' }, 'time', rules)?.runs).toBe(4)
    expect(evidenceFor(three, adapters, 'device', rules)).toBeNull()
    expect(evidenceFor(three, { ...adapters, stack: 'axolotl' }, 'time', rules)).toBeNull()
    expect(evidenceFor(three, { ...adapters, stack: 'constructor' }, 'time', rules)).toBeNull()
    expect(offsetsOf(three, rules).map(({ methodClass, runs }) => [methodClass, runs])).toEqual([
      [null, 4],
      ['adapters', 3],
    ])
  })

  it('is nothing without runs', () => {
    expect(ownEvidence([], rules)).toBeNull()
  })
})

describe('a measurement that cannot be of this run', () => {
  it.each([
    [{ allocated_gib: 7 }, 'the weights alone take 10 GiB'],
    [{ reserved_gib: 400 }, '400 GiB were measured, 22 GiB are predicted'],
    [{ step_seconds: 2000 }, 'a step of 2000 s was measured, 2 s is predicted'],
    [{ tokens_per_second_per_gpu: 1 }, 'a step of 2000 s was measured'],
    [{ allocated_gib: 21, reserved_gib: 20 }, 'allocated_gib: 21 is above reserved_gib: 20'],
    [{ reserved_gib: 21, device_gib: 20 }, 'reserved_gib: 21 is above device_gib: 20'],
    [{ memory_gib_range: [3, 2] as [number, number] }, 'memory_gib_range: 3 is above 2'],
  ])('%o is refused', (measured, sentence) => {
    expect(implausibility(ownRun(measured), rules)).toContain(sentence)
  })

  it('is not one that is a few times off, nor one that ended out of memory', () => {
    expect(implausibility(ownRun({ allocated_gib: 39, step_seconds: 9 }), rules)).toBeNull()
    expect(implausibility(ownRun({ allocated_gib: 1 }, { oom: true }), rules)).toBeNull()
  })
})
