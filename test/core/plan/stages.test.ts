import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Stage } from '../../../src/core/domain/stages.ts'
import { type GatedStage, gatedPlan, stagedPlan } from '../../../src/core/plan/stages.ts'

const gate = (
  name: string,
  usd: number | null,
  passProbability: number,
  target: number | null = null,
): GatedStage => ({
  name,
  usd,
  seconds: usd === null ? null : usd * 60,
  passProbability,
  target,
})
const example = [gate('qlora small', 32, 0.8), gate('lora medium', 144, 0.7), gate('full large', 2400, 0.9)]

/** The same numbers every time: a linear congruential generator. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

function simulate(stages: readonly Stage[], runs: number, seed: number) {
  const throwDice = dice(seed)
  let usd = 0
  let successes = 0
  for (let run = 0; run < runs; run++) {
    for (const { usd: cost, outcomes } of stages) {
      usd += cost ?? 0
      const throwOf = throwDice()
      if (throwOf < outcomes.success) successes++
      if (throwOf >= outcomes.proceed + outcomes.success || throwOf < outcomes.success) break
    }
  }
  return { usd: usd / runs, success: successes / runs }
}

describe('a progressive plan', () => {
  it('costs what each stage costs times how often it is reached', () => {
    // 32 + 0.8 x (144 + 0.3 x 2400) = 723.2; 0.8 x (0.7 + 0.3 x 0.9) = 0.776; 723.2 / 0.776 = 931.96
    const plan = gatedPlan(example)
    expect(plan.expectedUsd).toBeCloseTo(723.2, 9)
    expect(plan.successProbability).toBeCloseTo(0.776, 12)
    expect(plan.usdPerSuccess).toBeCloseTo(931.96, 2)
    expect(plan.worstUsd).toBe(2576)
    expect(plan.expectedSeconds).toBeCloseTo(723.2 * 60, 6)
    expect(plan.stages.map(({ reachProbability }) => reachProbability)).toEqual([
      1,
      0.8,
      expect.closeTo(0.24, 12),
    ])
  })

  it('agrees with a simulation', () => {
    const { usd, success } = simulate(gatedPlan(example).stages, 200_000, 20_251)
    expect(usd).toBeGreaterThan(710)
    expect(usd).toBeLessThan(737)
    expect(success).toBeCloseTo(0.776, 2)
  })

  it('keeps a screening stage that costs less than it saves', () => {
    // (1 - 0.8) x (144 + 0.3 x 2400) = 172.8 > 32; (1 - 0.3) x 2400 = 1680 > 144
    const { stages } = gatedPlan(example)
    expect(stages.map(({ savedUsd, pays }) => [savedUsd, pays])).toEqual([
      [expect.closeTo(172.8, 9), true],
      [expect.closeTo(1680, 9), true],
      [null, null],
    ])
    expect(gatedPlan([gate('screen', 200, 0.8), ...example.slice(1)]).stages[0]?.pays).toBe(false)
  })

  it('shows what 0.2 more or less on a gate does', () => {
    const { sensitivity } = gatedPlan(example)
    expect(sensitivity.map(({ stage, passProbability }) => [stage, passProbability])).toEqual([
      ['qlora small', expect.closeTo(0.6, 12)],
      ['qlora small', 1],
      ['lora medium', expect.closeTo(0.5, 12)],
      ['lora medium', expect.closeTo(0.9, 12)],
      ['full large', expect.closeTo(0.7, 12)],
      ['full large', 1],
    ])
    // 32 + 0.6 x 864
    expect(sensitivity[0]?.totals.expectedUsd).toBeCloseTo(550.4, 9)
  })

  it('has an unknown cost when a reachable stage has one', () => {
    const unknown = gatedPlan([gate('a', 32, 0.8), gate('b', null, 0.7), gate('c', 2400, 0.9)])
    expect(unknown.expectedUsd).toBeNull()
    expect(unknown.usdPerSuccess).toBeNull()
    expect(unknown.successProbability).toBeCloseTo(0.776, 12)
    expect(gatedPlan([gate('a', 32, 0), gate('b', null, 0.7)]).expectedUsd).toBe(32)
  })

  it('never expects more than the worst case', () => {
    const outcome = fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100)).filter(([a, b, c]) => a + b + c > 0)
    const stages = fc.array(fc.tuple(fc.nat(5000), outcome), { minLength: 1, maxLength: 6 }).map((all) =>
      all.map(([usd, [success, proceed, failure]], index): Stage => {
        const last = index === all.length - 1
        const sum = success + proceed + failure
        const outcomes = last
          ? { success: success / sum, proceed: 0, failure: 1 - success / sum }
          : { success: success / sum, proceed: proceed / sum, failure: failure / sum }
        return { name: `${index}`, usd, seconds: usd, outcomes }
      }),
    )
    fc.assert(
      fc.property(stages, (all) => {
        const plan = stagedPlan(all)
        expect(plan.expectedUsd!).toBeLessThanOrEqual(plan.worstUsd! + 1e-9)
        expect(plan.successProbability).toBeLessThanOrEqual(1 + 1e-9)
      }),
    )
  })

  it('refuses gates out of order, probabilities outside 0..1 and outcomes that do not add up', () => {
    expect(() => gatedPlan([gate('a', 1, 0.5, 0.95), gate('b', 1, 0.5, 0.9)])).toThrow(
      'stages[1].gate.target: 0.9 is below 0.95 of stages[0]: the gates are out of order',
    )
    expect(() => gatedPlan([gate('a', 1, 1.2)])).toThrow('stages[0].gate.pass_probability: 1.2')
    const bad = { name: 'a', usd: 1, seconds: 1, outcomes: { success: 0.5, proceed: 0, failure: 0.4 } }
    expect(() => stagedPlan([bad])).toThrow('add up to 0.9, not to 1')
    expect(() => stagedPlan([])).toThrow('stages: there are none')
    const endless = { ...bad, outcomes: { success: 0.5, proceed: 0.5, failure: 0 } }
    expect(() => stagedPlan([endless])).toThrow('proceeds to nothing')
  })
})
