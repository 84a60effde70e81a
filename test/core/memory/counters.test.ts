import { describe, expect, it } from 'vitest'
import {
  type CounterInputs,
  counterRange,
  deviceBytes,
  requiredBytesMid,
  reservedBytes,
} from '../../../src/core/memory/counters.ts'
import { fitProbability } from '../../../src/core/memory/fit-probability.ts'
import { GIB } from '../../../src/core/units.ts'
import { calibration, estimateOf, planWith } from './plans.ts'

const constants = {
  ...calibration,
  generic: {
    constant_gib: 1,
    logits: 0.5,
    activations: 0.25,
    parallel_gib: 2,
    gathered: 0.5,
    context_gib: 0.6,
    collectives_gib: 0.4,
  },
  stacks: { trl: { constant_gib: 3 } },
  kept_free_gib: 0,
  unreclaimable: { constant_gib: 0.2, activations: 0.1, gathered: 0.5 },
}
const inputs: CounterInputs = {
  allocatedBytes: 20 * GIB,
  passBytes: 18 * GIB,
  besideBytes: 10 * GIB,
  activationBytes: 8 * GIB,
  logitsBytes: 2 * GIB,
  gatheredBytes: 4 * GIB,
  pagedBytes: GIB,
}
const one = planWith()
const two = planWith({ hardware: { count: 2 }, training: { sharding: 'fsdp1', global_batch_size: 4 } })

describe('counters', () => {
  it('reserve a constant, a share of the logits, of what comes and goes, and of gathered weights', () => {
    // 20 + 1 + 0.5·2 + 0.25·8 + 0.5·4
    expect(reservedBytes(inputs, one, constants) / GIB).toBeCloseTo(26, 9)
    expect(reservedBytes(inputs, two, constants) / GIB).toBeCloseTo(28, 9)
  })

  it('take the coefficients of the stack where runs speak of them', () => {
    const trl = planWith({ training: { stack: 'trl' } })
    expect(reservedBytes(inputs, trl, constants) / GIB).toBeCloseTo(28, 9)
  })

  it('add context, collectives and unified memory on the device', () => {
    expect((deviceBytes(inputs, one, constants) - reservedBytes(inputs, one, constants)) / GIB).toBeCloseTo(
      1.6,
      9,
    )
    expect((deviceBytes(inputs, two, constants) - reservedBytes(inputs, two, constants)) / GIB).toBeCloseTo(
      2,
      9,
    )
  })

  it('never reserve beyond the card while the tensors fit it', () => {
    const capacity = one.hardware.capacityBytes
    const nearly = { ...inputs, allocatedBytes: capacity - 2 * GIB }
    expect(reservedBytes(nearly, one, constants)).toBeCloseTo(capacity - 0.6 * GIB, -3)
    const above = { ...inputs, allocatedBytes: capacity + 5 * GIB }
    expect(reservedBytes(above, one, constants)).toBe(capacity + 5 * GIB)
  })

  it('require tensors, context and what cannot be given back, of the pass alone', () => {
    // pass 18 + 0.1·8 + 0.5·0.5·4 = 19.8 < step 20; + 0.2 + 0.6
    expect(requiredBytesMid(inputs, one, constants) / GIB).toBeCloseTo(20.8, 9)
    expect(requiredBytesMid({ ...inputs, passBytes: 20 * GIB }, one, constants) / GIB).toBeCloseTo(22.6, 9)
    expect(requiredBytesMid({ ...inputs, besideBytes: 30 * GIB }, one, constants) / GIB).toBeCloseTo(30.8, 9)
  })

  it('have wider ranges for a stack that nobody measured', () => {
    const { low, high } = counterRange(1, 'allocated', one, calibration)
    const known = counterRange(1, 'allocated', planWith({ training: { stack: 'trl' } }), calibration)
    expect(high - low).toBeGreaterThan(known.high - known.low)
  })

  it('are ordered: allocated, reserved, device', () => {
    const { allocatedBytes, reservedBytes: reserved, deviceBytes: device } = estimateOf(one)
    expect(reserved.mid).toBeGreaterThan(allocatedBytes.mid)
    expect(device.mid).toBeGreaterThan(reserved.mid)
    for (const { low, mid, high } of [allocatedBytes, reserved, device]) {
      expect(low).toBeLessThan(mid)
      expect(high).toBeGreaterThan(mid)
    }
  })
})

describe('the probability to fit', () => {
  const range = { low: 80, mid: 100, high: 120 }

  it('is one half at the middle and 0.95 and 0.05 at the ends of the range', () => {
    expect(fitProbability(range, 100)).toBeCloseTo(0.5, 6)
    expect(fitProbability(range, 120)).toBeCloseTo(0.95, 4)
    expect(fitProbability(range, 80)).toBeCloseTo(0.05, 4)
  })

  it('grows with the card', () => {
    const at = [50, 90, 100, 110, 200].map((capacity) => fitProbability(range, capacity))
    expect(at).toEqual([...at].sort((a, b) => a - b))
    expect(at[0]).toBeLessThan(1e-3)
    expect(at.at(-1)).toBeGreaterThan(0.999)
  })

  it('is certain without scatter, without need and without a card', () => {
    const exact = { low: 100, mid: 100, high: 100 }
    expect([fitProbability(exact, 100), fitProbability(exact, 99)]).toEqual([1, 0])
    expect(fitProbability({ low: 0, mid: 0, high: 0 }, 10)).toBe(1)
    expect(fitProbability(range, 0)).toBe(0)
  })
})
