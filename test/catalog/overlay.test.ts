import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { packagedCatalog } from '../support/compiled-presets.ts'
import { errorOf } from '../support/user-error.ts'

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

const catalog = await packagedCatalog()

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
