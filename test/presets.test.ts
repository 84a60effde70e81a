import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Catalog } from '../src/catalog/catalog.ts'
import { schemaOf } from '../src/catalog/kinds.ts'
import { parsePreset } from '../src/catalog/preset-file.ts'
import { presetFiles } from '../src/catalog/preset-tree.ts'
import { diskFiles } from '../src/cli/disk-files.ts'
import { architectureOf, parameterCounts } from '../src/core/architecture/index.ts'
import type { GpuNames } from '../src/core/domain/price-import.ts'
import type { RunList } from '../src/core/domain/run.ts'
import type { Source } from '../src/core/domain/source.ts'
import type { HardwareEntry, Spec } from '../src/core/domain/spec.ts'
import { PRESET_SOURCES, packagedCatalog } from './support/compiled-presets.ts'

const names = [...presetFiles(diskFiles, PRESET_SOURCES).keys()]
const text = (name: string): string => readFileSync(join(PRESET_SOURCES, `${name}.yaml`), 'utf8')
const inFolder = (folder: string): string[] => names.filter((name) => name.startsWith(`${folder}/`))

let catalog: Catalog
let keys: ReadonlySet<string>
beforeAll(async () => {
  catalog = await packagedCatalog()
  keys = new Set(Object.keys(catalog.sources()))
})

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T]

/** What stands under `source`, `sources` and `..._source`, however deep. */
function citedIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(citedIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, child]) =>
    /(^|_)sources?$/.test(name)
      ? [child].flat().filter((one): one is string => typeof one === 'string')
      : citedIn(child),
  )
}

describe('the preset files', () => {
  it('are all there', () => {
    expect(inFolder('models').length).toBeGreaterThanOrEqual(190)
    expect(inFolder('gpus').length).toBeGreaterThanOrEqual(57)
    expect(inFolder('prices').length).toBeGreaterThanOrEqual(24)
    expect(inFolder('runs').length).toBe(18)
  })

  it.each(names)('%s fits its schema, and its id is its name', (name) => {
    expect(() => parsePreset({ name, place: `presets/${name}.yaml`, text: text(name) })).not.toThrow()
  })

  it('are written without tabs and end with a line break', () => {
    for (const name of names) {
      expect(text(name).includes('\t'), name).toBe(false)
      expect(text(name).endsWith('\n'), name).toBe(true)
    }
  })

  // Services quote what their price is from in words.
  it.each(names.filter((name) => schemaOf(name) !== null && name !== 'sources' && !name.startsWith('apis/')))(
    '%s cites known sources only',
    (name) => {
      const cited = citedIn(parse(text(name)))
      const unknown = cited.map((one) => one.split(' ')[0] ?? one).filter((key) => !keys.has(key))
      expect(unknown).toEqual([])
    },
  )

  it.each([
    'calibration/memory',
    'calibration/time',
    'defaults',
    'gpu-names',
    'hyperparameters',
    'interconnects',
    'market',
    'retention',
  ])('%s says where it is from', (name) => {
    expect(citedIn(parse(text(name)))).not.toEqual([])
  })
})

describe('the sources', () => {
  it('have an address, authors or a note', () => {
    for (const [key, source] of Object.entries<Source>(catalog.sources())) {
      const said = source.url ?? source.authors ?? source.note
      if (key !== 'vendor-page') expect(said, key).toBeDefined()
    }
  })
})

describe('the models', () => {
  it.each(inFolder('models'))('%s has exactly the parameters that its config makes', (name) => {
    const preset = catalog.modelPreset(name.slice('models/'.length))
    expect(parameterCounts(architectureOf(preset.config)).total).toBe(preset.totalParameters)
  })

  it('have a longest sequence wherever positions are limited', () => {
    for (const id of catalog.ids('models')) {
      const { maxPositions } = architectureOf(catalog.modelPreset(id).config)
      expect(maxPositions, id).not.toBeNull()
      expect(maxPositions, id).toBeGreaterThanOrEqual(1024)
    }
  })

  it('share no Hub repository', () => {
    const repositories = catalog.ids('models').flatMap((id) => catalog.modelPreset(id).hub)
    expect(new Set(repositories.map((one) => one.toLowerCase())).size).toBe(repositories.length)
  })

  it('are found by every one of their Hub ids', () => {
    for (const id of catalog.ids('models')) {
      for (const repository of catalog.modelPreset(id).hub) expect(catalog.model(repository).id).toBe(id)
    }
  })
})

describe('the cards', () => {
  it.each(inFolder('gpus'))('%s has figures that a card can have', (name) => {
    const gpu = catalog.gpu(name.slice('gpus/'.length))
    const { bf16, fp16, fp8, fp32 } = gpu.peakFlopsPerSecond
    expect(gpu.memoryBytes).toBeGreaterThan(8 * 2 ** 30)
    expect(gpu.memoryBytes).toBeLessThan(512 * 2 ** 30)
    expect(gpu.memoryBytesPerSecond ?? 1e11).toBeGreaterThanOrEqual(1e11)
    expect(gpu.memoryBytesPerSecond ?? 1e11).toBeLessThan(1e13)
    for (const peak of [bf16, fp16, fp32]) expect(peak ?? 1e12).toBeLessThan(10e15)
    expect(gpu.bf16Native).toBe(bf16 !== null)
    if (bf16 !== null && fp8 !== null) expect(fp8).toBeGreaterThanOrEqual(bf16)
    if (bf16 !== null && fp32 !== null) expect(bf16).toBeGreaterThanOrEqual(fp32)
    expect(gpu.gpusPerNode.length).toBeGreaterThan(0)
  })

  it.each(inFolder('gpus'))('%s says where each figure is from', (name) => {
    const gpu = catalog.gpu(name.slice('gpus/'.length))
    const cited = Object.values(gpu.sources).flatMap((one) =>
      one.split(/,(?![^(]*\))/).map((part) => part.trim()),
    )
    expect(cited.length).toBeGreaterThan(0)
    expect(cited.map((one) => one.split(' ')[0] ?? one).filter((key) => !keys.has(key))).toEqual([])
  })

  it('reach at most their peak in the best measured product', () => {
    const links = parse(text('interconnects')) as {
      best_matmul: { gpu: string; dtype: 'bf16' | 'fp8'; tflops: number }[]
    }
    for (const { gpu, dtype, tflops } of links.best_matmul) {
      const peak = catalog.gpu(gpu).peakFlopsPerSecond[dtype]
      expect(tflops * 1e12, gpu).toBeLessThan(peak ?? 0)
    }
  })
})

describe('the prices', () => {
  const rows = () =>
    catalog.prices().flatMap((list) => list.rows.map((row) => ({ ...row, provider: list.id })))

  it('number 225 or more, each of a known card from a known source', () => {
    expect(rows().length).toBeGreaterThanOrEqual(225)
    for (const row of rows()) {
      expect(catalog.ids('gpus'), row.provider).toContain(row.gpu)
      expect(keys.has(row.source), row.source).toBe(true)
    }
  })

  it('lie between a cent and 100 USD an hour, and a row has at least one unless its note says why', () => {
    for (const { usd_per_gpu_hour: usd, spot_usd_per_gpu_hour: spot, note, gpu } of rows()) {
      for (const price of [usd, spot]) if (price !== null) expect(price).toBeGreaterThan(0.01)
      for (const price of [usd, spot]) if (price !== null) expect(price).toBeLessThan(100)
      if (usd === null && spot === null) expect(note, gpu).toBeDefined()
    }
  })

  it('have no placeholder where a spot price is unknown', () => {
    for (const { usd_per_gpu_hour: usd, spot_usd_per_gpu_hour: spot } of rows()) {
      if (usd === null || spot === null) continue
      expect(spot).toBeLessThan(usd)
      expect(Math.abs(spot / usd - 0.1)).toBeGreaterThan(1e-6)
    }
  })

  it('have a date that is a day, a month, a half year or a year, or none', () => {
    for (const { as_of: date } of rows())
      if (date !== null) expect(date).toMatch(/^\d{4}(-(\d\d(-\d\d)?|H[12]))?$/)
  })
})

describe('the market', () => {
  it('has no negative rate and knows the countries of its regions', () => {
    const { carbon, egress, storage, spotInterruption } = catalog.market()
    for (const { usdPerByteMonth } of storage) expect(usdPerByteMonth).toBeGreaterThan(0)
    for (const { usdPerByte } of egress) expect(usdPerByte).toBeGreaterThanOrEqual(0)
    for (const country of Object.values(carbon.region_countries))
      expect(carbon.countries[country]).toBeDefined()
    expect(spotInterruption.rows.length).toBeGreaterThan(60)
  })
})

describe('the names that price lists give cards', () => {
  it('stand for cards on file', () => {
    const { names: rows } = catalog.data('gpu-names') as GpuNames
    expect(rows.filter(({ gpu }) => !catalog.has('gpus', gpu))).toEqual([])
  })
})

/** Everything that a spec names exists. */
function expectKnownNames(spec: Spec, label: string): void {
  const { training, hardware, model } = spec
  if (typeof model === 'string') expect(catalog.has('models', model), `${label}: ${model}`).toBe(true)
  for (const stack of listOf(training?.stack))
    expect(catalog.has('stacks', stack), `${label}: ${stack}`).toBe(true)
  for (const optimizer of listOf(training?.optimizer)) {
    if (optimizer !== 'auto')
      expect(catalog.has('optimizers', optimizer), `${label}: ${optimizer}`).toBe(true)
  }
  for (const method of listOf(training?.method)) expect(catalog.has('methods', method)).toBe(true)
  for (const entry of listOf<HardwareEntry>(hardware)) {
    for (const gpu of listOf(entry.gpu)) expect(catalog.has('gpus', gpu), `${label}: ${gpu}`).toBe(true)
    for (const provider of listOf(entry.provider)) expect(catalog.ids('prices'), label).toContain(provider)
  }
}

describe('the scenarios', () => {
  it.each(inFolder('scenarios'))('%s names only what is on file', (name) => {
    expectKnownNames(catalog.scenario(name.slice('scenarios/'.length)).spec, name)
  })

  it('of the first look name providers that sell every card', () => {
    const [...entries] = listOf<HardwareEntry>(catalog.scenario('quickstart').spec.hardware)
    for (const entry of entries) {
      for (const provider of listOf(entry.provider)) {
        const offers = listOf(entry.gpu).flatMap((gpu) => catalog.offers(gpu))
        expect(
          offers.some((offer) => offer.provider === provider),
          provider,
        ).toBe(true)
      }
    }
  })

  it('agree with the defaults of the planner', () => {
    const { dataset } = catalog.scenario('quickstart').spec
    const { examples, meanTokens, maxTokens, epochs } = catalog.defaults()
    expect(dataset).toMatchObject({ examples, tokens: { mean: meanTokens, max: maxTokens }, epochs })
  })
})

describe('the defaults', () => {
  it('name only what is on file', () => {
    const { hardware, optimizers, stack } = catalog.defaults()
    expectKnownNames({ hardware: [...hardware], training: { optimizer: [...optimizers], stack } }, 'defaults')
  })
})

describe('the measured runs', () => {
  const all = () => catalog.runs().flatMap((list: RunList) => list.rows)

  it('number 665 in 203 groups, and no two have the same id', () => {
    expect(all().length).toBe(665)
    expect(new Set(all().map(({ group }) => group)).size).toBe(203)
    expect(new Set(all().map(({ id }) => id)).size).toBe(665)
  })

  it('name only what is on file', () => {
    for (const run of all()) expectKnownNames(run.spec, run.id)
  })

  it('measured something, or ended out of memory', () => {
    for (const { id, measured, oom } of all()) {
      const figures = Object.values(measured).filter((value) => value !== undefined)
      expect(figures.length > 0, id).toBe(!oom)
    }
  })

  it('state a range of memory together with its counter, low end first', () => {
    for (const { id, measured } of all()) {
      expect(measured.memoryGibRange === undefined, id).toBe(measured.memoryCounter === undefined)
      const [low, high] = measured.memoryGibRange ?? [0, 0]
      expect(low, id).toBeLessThanOrEqual(high)
    }
  })

  it('count the same figures as the tables that they were read from', () => {
    const having = (key: keyof ReturnType<typeof all>[number]['measured']): number =>
      all().filter(({ measured }) => measured[key] !== undefined).length
    expect(having('allocatedGib')).toBe(208)
    expect(having('reservedGib')).toBe(82)
    expect(having('deviceGib')).toBe(118)
    expect(having('tokensPerSecondPerGpu')).toBe(480)
    expect(having('microStepSeconds')).toBe(18)
  })
})
