import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { UserError } from '../../src/core/errors.ts'
import { GB, MIB } from '../../src/core/units.ts'
import { packagedCatalog } from '../support/compiled-presets.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder of own presets. */
function ownPresets(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'ftplan-'))
  folders.push(folder)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const errorOf = (act: () => unknown): UserError => {
  try {
    act()
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

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

describe('link rates', () => {
  const rates = catalog.linkRates()

  it('gives a slot with eight lanes half of the rate of sixteen', () => {
    expect(rates.pcieBytesPerSecond('4.0 x16')).toBe(31 * GB)
    expect(rates.pcieBytesPerSecond('4.0 x8')).toBe(15.5 * GB)
  })

  it('knows every slot and the network of every card on file', () => {
    for (const id of catalog.ids('gpus')) {
      const gpu = catalog.gpu(id)
      if (gpu.pcie !== null) expect(rates.pcieBytesPerSecond(gpu.pcie)).toBeGreaterThan(1e9)
      expect(rates.interNodeBytesPerSecond(gpu)).toBeGreaterThan(1e9)
    }
  })

  it('takes the first network row that matches: gb300 is faster than gb200', () => {
    expect(rates.interNodeBytesPerSecond(catalog.gpu('gb200'))).toBe(50 * GB)
    expect(rates.interNodeBytesPerSecond(catalog.gpu('gb300'))).toBe(100 * GB)
  })
})

describe('own presets', () => {
  const prices = `name: My cloud
kind: gpu-cloud
rows:
  - { gpu: rtx4090, count: 1, instance: null, region: null, usd_per_gpu_hour: 0.11, spot_usd_per_gpu_hour: null, as_of: "2026-11-20", source: offer by mail, reliability: high }
`

  it('are laid over the packaged ones', async () => {
    const folder = ownPresets({
      'optimizers/sgd.yaml': `name: My SGD
states: []
minimum_quantized_size: 0
step_temporaries: 0
step_temporaries_largest: 0
paged: false
on_cpu: false
step_bytes_per_parameter: { bf16: 1, fp32: 2 }
step_seconds_per_billion: 0
sources: [me]
`,
      'prices/mine.yaml': prices,
    })
    const mine = await packagedCatalog({ overlayDirs: [folder] })
    expect(mine.optimizer('sgd').name).toBe('My SGD')
    expect(mine.optimizer('adamw').id).toBe('adamw')
    expect(mine.ids('prices')).toContain('mine')
    expect(mine.offers('rtx4090')[0]).toMatchObject({ provider: 'mine', usdPerGpuHour: 0.11 })
    expect(mine.offers('rtx4090').length).toBe(catalog.offers('rtx4090').length + 1)
    expect(mine.presetsVersion).not.toBe(catalog.presetsVersion)
  })

  it('replace the list of a provider as a whole', async () => {
    const mine = await packagedCatalog({ overlayDirs: [ownPresets({ 'prices/vast.yaml': prices })] })
    const vast = mine.offers('rtx4090').filter(({ provider }) => provider === 'vast')
    expect(vast.map(({ usdPerGpuHour }) => usdPerGpuHour)).toEqual([0.11])
    expect(mine.offers('rtx3090').filter(({ provider }) => provider === 'vast')).toEqual([])
  })

  it('count in the order in which they are given, the last on top', async () => {
    const first = ownPresets({ 'prices/mine.yaml': prices })
    const second = ownPresets({ 'prices/mine.yaml': prices.replace('0.11', '0.22') })
    const mine = await packagedCatalog({ overlayDirs: [first, second] })
    const own = mine.offers('rtx4090').filter(({ provider }) => provider === 'mine')
    expect(own.map(({ usdPerGpuHour }) => usdPerGpuHour)).toEqual([0.22])
  })

  it('have an error with file, line and column, and the key that was meant', async () => {
    const folder = ownPresets({
      'prices/mine.yaml': prices.replace('usd_per_gpu_hour: 0.11', 'usd_per_gpu_hours: 0.11'),
    })
    const mine = await packagedCatalog({ overlayDirs: [folder] })
    const error = errorOf(() => mine.priceList('mine'))
    expect(error.code).toBe('invalid-spec')
    expect(error.message).toMatch(/mine\.yaml:4:\d+: unknown key "rows\.0\.usd_per_gpu_hours"$/)
    expect(error.hint).toBe('did you mean usd_per_gpu_hour?')
  })

  it('say which value is wrong, and where', async () => {
    const folder = ownPresets({ 'prices/mine.yaml': prices.replace('count: 1', 'count: 0.5') })
    const mine = await packagedCatalog({ overlayDirs: [folder] })
    expect(errorOf(() => mine.priceList('mine')).message).toMatch(/mine\.yaml:4:28: rows\.0\.count: /)
  })

  it('say where broken YAML breaks', async () => {
    const mine = await packagedCatalog({
      overlayDirs: [ownPresets({ 'prices/mine.yaml': 'name: [1\nkind: x\n' })],
    })
    expect(errorOf(() => mine.priceList('mine')).message).toMatch(/mine\.yaml:\d+:\d+: /)
  })

  it('refuse a folder that is no kind', async () => {
    const folder = ownPresets({ 'gpu/mine.yaml': 'name: x\n' })
    await expect(packagedCatalog({ overlayDirs: [folder] })).rejects.toMatchObject({
      code: 'invalid-spec',
      hint: expect.stringContaining('did you mean gpus'),
    })
  })

  it('refuse a file whose id is not its name', async () => {
    const mine = await packagedCatalog({
      overlayDirs: [ownPresets({ 'prices/mine.yaml': `id: other\n${prices}` })],
    })
    expect(errorOf(() => mine.priceList('mine')).message).toContain(
      'the id is "other", but the file is called mine',
    )
  })

  it('say that the folder is not there', async () => {
    await expect(packagedCatalog({ overlayDirs: ['/nowhere/at/all'] })).rejects.toMatchObject({
      code: 'usage',
    })
  })

  it('may end in .yml too, and hidden folders are passed over', async () => {
    const folder = ownPresets({ 'prices/mine.yml': prices, '.git/hooks/x.yaml': 'a: 1\n' })
    const mine = await packagedCatalog({ overlayDirs: [folder] })
    expect(mine.priceList('mine').name).toBe('My cloud')
  })

  it('add their sources to the packaged ones', async () => {
    const folder = ownPresets({ 'sources.yaml': 'me: { title: My notes }\n' })
    const mine = await packagedCatalog({ overlayDirs: [folder] })
    expect(mine.sources().me?.title).toBe('My notes')
    expect(mine.sources()['hu-2021-lora']?.year).toBe(2021)
  })

  it.each([
    [
      'aliases without end',
      `a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c]\n`,
    ],
    ['an alias of nothing', 'name: *nobody\n'],
    ['nesting without end', `name: ${'['.repeat(20_000)}\n`],
    ['a list', '- 1\n'],
    ['a key twice', 'name: a\nname: b\n'],
    ['two documents', 'name: a\n---\nname: b\n'],
  ])('with %s are an error, not a crash', async (_, text) => {
    const mine = await packagedCatalog({ overlayDirs: [ownPresets({ 'prices/mine.yaml': text })] })
    expect(errorOf(() => mine.priceList('mine')).code).toBe('invalid-spec')
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
