import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cheapestOptions, largestOption, largestThatFits } from '../../../src/core/plan/solve.ts'

const range = (low: number, high: number, step: number) => ({ name: 'sequence-length', low, high, step })
const itself = (value: number) => value

describe('the largest value that fits', () => {
  it('is exact: it passes and one step above does not', () => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.integer({ min: 1, max: 512 }),
        fc.integer({ min: 0, max: 100_000 }),
        fc.integer({ min: -10, max: 200_000 }),
        (limit, step, low, guess) => {
          const high = low + 50_000
          const { largest, above } = largestThatFits(
            itself,
            (value) => value <= limit,
            range(low, high, step),
            guess,
          )
          const all = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => low + i * step)
          const passing = all.filter((value) => value <= limit)
          expect(largest?.value ?? null).toBe(passing.at(-1) ?? null)
          expect(above?.value ?? null).toBe(all[passing.length] ?? null)
        },
      ),
    )
  })

  it('tries few values', () => {
    const { largest, above, evaluations } = largestThatFits(
      itself,
      (value) => value <= 131_072,
      range(256, 16_777_216, 256),
    )
    expect(largest).toEqual({ value: 131_072, found: 131_072 })
    expect(above?.value).toBe(131_328)
    expect(evaluations).toBeLessThan(25)
  })

  it('needs two values with a guess that is right, wherever it lies', () => {
    const search = (guess: number) =>
      largestThatFits(itself, (value) => value <= 123_456, range(1, 1_000_000_000, 1), guess)
    expect(search(123_456)).toMatchObject({
      largest: { value: 123_456 },
      above: { value: 123_457 },
      evaluations: 2,
    })
    expect(search(123_457)).toMatchObject({ largest: { value: 123_456 }, evaluations: 2 })
    expect(search(123_000).evaluations).toBeLessThan(25)
  })

  it('counts in tenths without leftovers of floats', () => {
    const tenths = largestThatFits(itself, (value) => value <= 0.3, range(0.1, 1000, 0.1))
    expect(tenths).toMatchObject({ largest: { value: 0.3 }, above: { value: 0.4 } })
  })

  it('says when nothing or everything fits', () => {
    expect(largestThatFits(itself, () => false, range(1, 8, 1))).toMatchObject({
      largest: null,
      above: { value: 1 },
    })
    expect(largestThatFits(itself, () => true, range(1, 8, 1))).toMatchObject({
      largest: { value: 8 },
      above: null,
    })
    expect(largestThatFits(itself, () => true, range(1, 8.5, 3)).largest?.value).toBe(7)
  })

  it('refuses ranges that are none', () => {
    expect(() => largestThatFits(itself, () => true, range(8, 1, 1))).toThrow('nothing lies between 8 and 1')
    expect(() => largestThatFits(itself, () => true, range(1, 8, 0))).toThrow('a step of 0 leads nowhere')
  })
})

describe('the largest option', () => {
  it('is the largest that passes, though a smaller one may fail', () => {
    const models = [
      { id: 'small-wide', size: 7, needs: 30 },
      { id: 'large', size: 70, needs: 90 },
      { id: 'middle', size: 8, needs: 20 },
    ]
    const { largest, above } = largestOption(
      models,
      ({ size }) => size,
      ({ needs }) => needs,
      (needs) => needs <= 24,
    )
    expect(largest?.option.id).toBe('middle')
    expect(above?.option.id).toBe('large')
    expect(
      largestOption(
        models,
        ({ size }) => size,
        ({ needs }) => needs,
        () => false,
      ).largest,
    ).toBeNull()
  })
})

describe('the cheapest options', () => {
  it('put an unknown price last', () => {
    const options = [
      { option: 'a', usd: null },
      { option: 'b', usd: 4 },
      { option: 'c', usd: 2 },
      { option: 'd', usd: 2 },
    ]
    expect(cheapestOptions(options).map(({ option }) => option)).toEqual(['c', 'd', 'b', 'a'])
    const unknown = [
      { option: 'b', usd: 4 },
      { option: 'a', usd: null },
    ]
    expect(cheapestOptions(unknown).map(({ option }) => option)).toEqual(['b', 'a'])
  })
})
