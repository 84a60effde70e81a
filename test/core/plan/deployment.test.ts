import { describe, expect, it } from 'vitest'
import type { Architecture, Attention } from '../../../src/core/domain/architecture.ts'
import {
  adapterMixture,
  cacheBytesPerToken,
  type DeploymentInput,
  deploymentOf,
  federatedTraffic,
} from '../../../src/core/plan/deployment.ts'

const grouped = {
  kind: 'grouped',
  keyValueHeads: 8,
  headDim: 128,
  valueHeadDim: 128,
  slidingWindow: null,
} as Attention
const indices = (count: number) => Array.from({ length: count }, (_, i) => i)
const llama = {
  hiddenSize: 4096,
  layerCount: 32,
  layers: [{ indices: indices(32), attention: grouped }],
} as unknown as Architecture

const input = (changes: Partial<DeploymentInput> = {}): DeploymentInput => ({
  architecture: llama,
  totalParameters: 8_030_261_248,
  adapterParameters: 41_943_040,
  adapterBytesPerValue: 4,
  baseBytes: 16_060_522_496,
  quantizedBase: false,
  adapterCount: 10,
  versions: 3,
  cachedTokens: 8192,
  tokensPerSequence: 8192,
  usdPerByteMonth: 0.02e-9,
  ...changes,
})

describe('serving', () => {
  it('holds the base once, every adapter, and the cache of the tokens in flight', () => {
    // cache: 32 layers x 8 heads x (128 + 128) x 2 B = 131,072 B a token; x 8192 = 1 GiB
    const { servingBytes, servingTerms, cacheBytesPerToken: perToken } = deploymentOf(input())
    expect(perToken).toBe(131_072)
    expect(servingTerms.map(({ key, amount }) => [key, amount])).toEqual([
      ['weights/base', 16_060_522_496],
      ['adapters/served', 1_677_721_600],
      ['buffers/key-value-cache', 2 ** 30],
    ])
    expect(servingBytes).toBe(16_060_522_496 + 1_677_721_600 + 2 ** 30)
  })

  it('keeps no more than the window of a sliding layer, and the compressed pair of latent attention', () => {
    const sliding = {
      ...llama,
      layers: [{ ...llama.layers[0], attention: { ...grouped, slidingWindow: 2048 } }],
    } as unknown as Architecture
    expect(deploymentOf(input({ architecture: sliding })).servingTerms.at(-1)?.amount).toBe(2 ** 28)
    const latent = { kind: 'latent', keyValueRank: 512, rotaryHeadDim: 64, slidingWindow: null } as Attention
    expect(
      cacheBytesPerToken({
        ...llama,
        layers: [{ indices: indices(61), attention: latent }],
      } as unknown as Architecture),
    ).toBe(61 * 576 * 2)
  })
})

describe('storage', () => {
  it('keeps one base and a small file for each version of the adapters', () => {
    const { storage, adapterBytes } = deploymentOf(input({ adapterCount: 1 }))
    expect(adapterBytes).toBe(167_772_160)
    expect(storage.bytes).toBe(16_060_522_496 + 3 * 167_772_160)
    expect(storage.usdPerMonth).toBeCloseTo(0.3313, 4)
    expect(storage.usdPerVersionMonth).toBeCloseTo(0.00336, 5)
  })

  it('keeps a whole model for each version without adapters', () => {
    const { storage, adapterBytes, adapterCount, mergedBytes } = deploymentOf(
      input({ adapterParameters: null, usdPerByteMonth: null }),
    )
    expect(adapterBytes).toBeNull()
    expect(adapterCount).toBe(0)
    expect(mergedBytes).toBe(16_060_522_496)
    expect(storage.bytes).toBe(3 * 16_060_522_496)
    expect(storage.usdPerMonth).toBeNull()
  })

  it('says that merging into a quantised base needs the original weights', () => {
    expect(deploymentOf(input({ quantizedBase: true })).mergeNeedsOriginal).toBe(true)
    expect(deploymentOf(input()).mergeNeedsOriginal).toBe(false)
  })

  it('refuses counts that are none', () => {
    expect(() => deploymentOf(input({ versions: 0 }))).toThrow('deployment.versions: 0')
    expect(() => deploymentOf(input({ cachedTokens: -1 }))).toThrow('cached tokens: -1')
  })
})

describe('federated fine-tuning', () => {
  it('sends the trained tensors to every client and back in every round', () => {
    // 20 rounds x 50 clients x 167,772,160 B x 2
    expect(federatedTraffic(50, 20, 167_772_160)).toMatchObject({
      bytesPerRound: 16_777_216_000,
      totalBytes: 335_544_320_000,
    })
  })
})

describe('a mixture of adapters', () => {
  it('holds all and works with a few', () => {
    expect(adapterMixture(1_000_000, 8, 2, llama)).toEqual({
      parameters: 8_000_000 + 32 * 4096 * 8,
      routerParameters: 32 * 4096 * 8,
      activeParameters: 2_000_000,
      flopsPerToken: 2 * (2_000_000 + 32 * 4096 * 8),
    })
    expect(adapterMixture(1_000_000, 1, 1, llama).routerParameters).toBe(0)
    expect(() => adapterMixture(1, 2, 3, llama)).toThrow('3 of 2 adapters')
  })
})
