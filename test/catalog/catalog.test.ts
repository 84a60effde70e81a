import { describe, expect, it } from 'vitest'
import { GB, MIB } from '../../src/core/units.ts'
import { packagedCatalog } from '../support/compiled-presets.ts'
import { errorOf } from '../support/user-error.ts'

const catalog = await packagedCatalog()

describe('lookups by name', () => {
  it('gives a card in base units', () => {
    const gpu = catalog.gpu('rtx4090')
    expect(gpu.memoryBytes).toBe(24564 * MIB)
    expect(gpu.memoryBytesPerSecond).toBe(1008 * GB)
    expect(gpu.peakFlopsPerSecond.bf16).toBe(165.2e12)
  })

  it.each([
    ['RTX 4090', 'rtx4090'],
    ['GeForce RTX 4090', 'rtx4090'],
    ['NVIDIA GeForce RTX 4090', 'rtx4090'],
    ['A100_SXM_80GB', 'a100-sxm-80gb'],
    ['h200', 'h200-sxm'],
  ])('finds the card %s as %s', (name, id) => {
    expect(catalog.gpu(name).id).toBe(id)
  })

  it.each([
    ['llama-3.1-8b', 'llama-3.1-8b'],
    ['Llama-3.1-8B', 'llama-3.1-8b'],
    ['meta-llama/Llama-3.1-8B-Instruct', 'llama-3.1-8b'],
    ['llama-3.1-8b-instruct', 'llama-3.1-8b'],
    ['Qwen/Qwen2.5-7B-Instruct', 'qwen2.5-7b'],
    ['mistralai/Mixtral-8x7B-v0.1', 'mixtral-8x7b'],
  ])('finds the model %s as %s', (name, id) => {
    expect(catalog.model(name).id).toBe(id)
  })

  it('names the nearest cards when one is unknown', () => {
    const error = errorOf(() => catalog.gpu('rtx409'))
    expect(error.code).toBe('not-found')
    expect(error.message).toBe('unknown GPU "rtx409"')
    expect(error.hint).toMatch(/^did you mean rtx4090 or .*\? ftplan list gpus shows all$/)
  })

  it('refuses a name that several cards go by, and lists them', () => {
    const error = errorOf(() => catalog.gpu('H100'))
    expect(error.message).toBe('"H100" may be more than one GPU')
    expect(error.hint).toBe('name one of h100-pcie, h100-sxm')
  })

  it('names the nearest models of a Hub id that is nowhere', () => {
    const error = errorOf(() => catalog.model('llama3-8b'))
    expect(error.code).toBe('not-found')
    expect(error.hint).toContain('llama-3-8b')
  })

  it.each(['../gpus/rtx4090', '__proto__', 'constructor', '', '.', 'a/b/c'])(
    'does not follow the name %j anywhere',
    (name) => {
      expect(errorOf(() => catalog.optimizer(name)).code).toBe('not-found')
      expect(errorOf(() => catalog.gpu(name)).code).toBe('not-found')
    },
  )

  it('shortens a name of thousands of letters', () => {
    expect(errorOf(() => catalog.stack('x'.repeat(5000))).message.length).toBeLessThan(120)
  })
})

describe('prices', () => {
  it('offers a card on demand, and as spot only where a spot price is known', () => {
    const aws = catalog
      .offers('h100-sxm')
      .filter(({ provider, gpuCount }) => provider === 'aws' && gpuCount === 8)
    expect(aws.map(({ commitment }) => commitment)).toEqual(['on-demand', 'spot'])
    expect(aws[0]?.usdPerGpuHour).toBeCloseTo(55.04 / 8, 6)
    expect(aws[1]?.usdPerGpuHour).toBeCloseTo(17.25 / 8, 6)
    const lambda = catalog.offers('h100-sxm').filter(({ provider }) => provider === 'lambda')
    expect(new Set(lambda.map(({ commitment }) => commitment))).toEqual(new Set(['on-demand']))
  })

  it('has no offer of a card that nobody rents out', () => {
    expect(catalog.offers('apple-m4-max')).toEqual([])
  })

  it('offers every priced row exactly once', () => {
    const offered = catalog.ids('gpus').reduce((sum, id) => sum + catalog.offers(id).length, 0)
    const rows = catalog.prices().flatMap((list) => list.rows)
    const prices = rows
      .flatMap((row) => [row.usd_per_gpu_hour, row.spot_usd_per_gpu_hour])
      .filter((usd) => usd !== null)
    expect(offered).toBe(prices.length)
  })
})

describe('providers of a spec', () => {
  it('have to be on file, unless the price is stated', () => {
    expect(() => catalog.checkProviders([{ gpu: 'h100-sxm', provider: ['aws', 'lambda'] }])).not.toThrow()
    expect(() =>
      catalog.checkProviders({ gpu: 'h100-sxm', provider: 'cellar', usd_per_gpu_hour: 1 }),
    ).not.toThrow()
    const error = errorOf(() => catalog.checkProviders({ gpu: 'h100-sxm', provider: 'lamda' }))
    expect(error.code).toBe('not-found')
    expect(error.message).toBe('unknown provider "lamda"')
    expect(error.hint).toContain('did you mean lambda?')
  })
})
