import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quantizedWeight } from '../../../src/core/memory/quantized-weight.ts'
import { normalShare } from '../../../src/core/normal-share.ts'
import { visibleTokens } from '../../../src/core/time/attention.ts'
import { type Fabric, gatherSeconds, reduceSeconds } from '../../../src/core/time/collectives.ts'
import { exposed } from '../../../src/core/time/communication.ts'
import { storedBytesPerWeight } from '../../../src/core/time/dequantize.ts'
import { elementBytes } from '../../../src/core/time/elements.ts'
import { layerOperations, overlapped } from '../../../src/core/time/host.ts'
import { expectedLargestNormal, expectedLongest, logSpread } from '../../../src/core/time/lengths.ts'
import { planWith } from './plans.ts'

describe('attention', () => {
  it('sees half of the sequence under causal skipping, all of it in eager kernels', () => {
    expect(visibleTokens(4096, null, true)).toBe(2048)
    expect(visibleTokens(4096, null, false)).toBe(4096)
  })

  it('sees the window where that is shorter: the first tokens see less', () => {
    // Tokens 0..1023 see 512 on average, the other 3072 see 1024: (1024·512 + 3072·1024) / 4096 = 896.
    expect(visibleTokens(4096, 1024, true)).toBe(896)
    expect(visibleTokens(512, 1024, true)).toBe(256)
  })
})

describe('element-wise bytes', () => {
  const [layer] = planWith({ model: 'llama-2-7b' }).architecture.layers
  if (layer === undefined) throw new Error('no layer')

  it('add up to 68h + 20(A + K) + 10I in an eager Llama layer', () => {
    const expected = 68 * 4096 + 20 * (4096 + 4096) + 10 * 11008
    expect(elementBytes(layer, 4096, { fused: false, autocast: false }, 1)).toBe(expected)
  })

  it('add up to 24h + 6(A + K) + 6I with fused kernels', () => {
    const expected = 24 * 4096 + 6 * (4096 + 4096) + 6 * 11008
    expect(elementBytes(layer, 4096, { fused: true, autocast: false }, 1)).toBe(expected)
  })
})

describe('host time', () => {
  const style = { fused: false, fusedAdapters: false, quantized: false, castAdapters: false }

  it('counts 34 operations a layer and two a linear', () => {
    expect(layerOperations(7, 0, style)).toBe(48)
    expect(layerOperations(7, 7, { ...style, quantized: true, castAdapters: true })).toBe(48 + 21 + 63)
    expect(layerOperations(7, 0, { ...style, fused: true })).toBe(36)
  })

  it('overlaps with GPU time: never below the slower, at most the sum', () => {
    expect(overlapped(1, 1, 4)).toBeCloseTo(2 ** 0.25, 12)
    expect(overlapped(0, 0, 4)).toBe(0)
    const duration = fc.double({ min: 0, max: 1e3, noNaN: true })
    fc.assert(
      fc.property(duration, duration, (gpu, host) => {
        const both = overlapped(gpu, host, 4)
        expect(both).toBeGreaterThanOrEqual(Math.max(gpu, host))
        expect(both).toBeLessThanOrEqual((gpu + host) * (1 + 1e-9))
      }),
    )
  })
})

describe('collectives', () => {
  const fabric: Fabric = {
    busBytesPerSecond: 100e9,
    nodeBytesPerSecond: Number.POSITIVE_INFINITY,
    localRanks: 8,
    domains: 1,
    collectiveSeconds: 0,
    collectiveSecondsPerRank: 0,
  }

  it('move (n − 1)/n of the tensor over each link, an all-reduce twice that', () => {
    expect(gatherSeconds(1e9, 1, 8, fabric)).toBeCloseTo(0.00875, 12)
    expect(reduceSeconds(1e9, 1, 8, fabric)).toBeCloseTo(0.0175, 12)
    expect(gatherSeconds(1e9, 1, 1, fabric)).toBe(0)
  })

  it('cross the network once for every other node', () => {
    const two = { ...fabric, domains: 2, nodeBytesPerSecond: 200e9 }
    expect(gatherSeconds(1e9, 1, 16, two)).toBeCloseTo(0.009375 + 0.0025, 12)
  })

  it('cost a fixed time a message and a little for each rank', () => {
    const slow = { ...fabric, collectiveSeconds: 1e-4, collectiveSecondsPerRank: 1e-6 }
    expect(gatherSeconds(1e9, 10, 8, slow) - gatherSeconds(1e9, 10, 8, fabric)).toBeCloseTo(10 * 1.08e-4, 12)
  })

  it('stay exposed by the share of the stack, and by all that exceeds the computation', () => {
    expect(exposed(1, 0.3, 10)).toBe(0.3)
    expect(exposed(10, 0.3, 1)).toBe(9)
  })
})

describe('lengths of examples', () => {
  it('give the spread that puts the 95th percentile where the data have it', () => {
    const spread = logSpread(400, 1200) ?? Number.NaN
    expect(Math.exp(Math.log(400) - spread ** 2 / 2 + 1.6449 * spread)).toBeCloseTo(1200, 6)
    expect(logSpread(400, null)).toBeNull()
  })

  it('pad two examples to 2Φ(σ/√2) of the mean', () => {
    for (const spread of [0.2, 0.5, 0.8]) {
      const exact = 300 * 2 * normalShare(spread / Math.SQRT2)
      expect(expectedLongest(300, spread, 8000, 2) / exact).toBeCloseTo(1, 1)
    }
  })

  it('pad as published runs do: a mean of 289 tokens becomes 369, 442 and 524 in batches of 2, 4 and 8', () => {
    const longest = (count: number) => expectedLongest(289, 0.5, 2048, count)
    expect(longest(2)).toBeCloseTo(369, -1)
    expect(Math.abs(longest(4) / 442 - 1)).toBeLessThan(0.05)
    expect(Math.abs(longest(8) / 524 - 1)).toBeLessThan(0.05)
  })

  it('grow with the batch and never exceed the maximum', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 1.2, noNaN: true }),
        fc.integer({ min: 1, max: 64 }),
        (spread, count) => {
          const one = expectedLongest(300, spread, 2048, count)
          expect(expectedLongest(300, spread, 2048, count * 2)).toBeGreaterThanOrEqual(one - 1e-9)
          expect(one).toBeLessThanOrEqual(2048)
        },
      ),
    )
  })

  it('know the mean of the largest of n normal values', () => {
    expect(expectedLargestNormal(1)).toBe(0)
    expect(expectedLargestNormal(2)).toBeCloseTo(1 / Math.sqrt(Math.PI), 3)
    expect(expectedLargestNormal(64)).toBeCloseTo(2.35, 0)
  })

  it('have tabulated means that are the integral of n·x·φ·Φ^(n − 1)', () => {
    const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
    for (let count = 2; count <= 8; count++) {
      let integral = 0
      for (let x = -8; x < 8; x += 0.001)
        integral += x * count * density(x) * normalShare(x) ** (count - 1) * 0.001
      expect(Math.abs(expectedLargestNormal(count) - integral)).toBeLessThan(0.0006)
    }
  })
})

describe('stored weights', () => {
  it('take half a byte and their constants in 4 bit', () => {
    expect(storedBytesPerWeight({ type: 'nf4', doubleQuant: false })).toBe(0.5625)
    expect(storedBytesPerWeight({ type: 'nf4', doubleQuant: true })).toBeCloseTo(0.516, 3)
  })

  it('are within 2 % of what memory counts for the shapes of a model', () => {
    const types = ['nf4', 'fp4', 'int8', 'gptq-int4', 'gptq-int8'] as const
    for (const type of types) {
      for (const doubleQuant of [false, true]) {
        for (const outFeatures of [1024, 4096, 14336]) {
          const shape = { inFeatures: 4096, outFeatures }
          const { values, constants } = quantizedWeight(shape, { type, doubleQuant })
          const exact = (values + constants) / (4096 * outFeatures)
          const ratio = storedBytesPerWeight({ type, doubleQuant }) / exact
          expect(Math.abs(ratio - 1), type).toBeLessThan(0.02)
        }
      }
    }
  })
})
