import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { PriceContext } from '../../../src/catalog/prices/context.ts'
import { CardNamer } from '../../../src/catalog/prices/gpu-names.ts'
import { Gpu } from '../../../src/core/domain/gpu.ts'
import { GpuNames } from '../../../src/core/domain/price-import.ts'

const presets = new URL('../../../presets/', import.meta.url)
const read = (path: string): unknown => parse(readFileSync(new URL(path, presets), 'utf8'))

const names = GpuNames.parse(read('gpu-names.yaml'))
export const gpus = readdirSync(new URL('gpus/', presets)).map((file) => Gpu.parse(read(`gpus/${file}`)))

/** What a price list is read with: the packaged cards and names. */
export const context = (change: Partial<PriceContext> = {}): PriceContext => ({
  namer: new CardNamer(names, gpus),
  names,
  known: [{ id: 'verda', name: 'Verda', kind: 'gpu-cloud' }],
  provider: null,
  asOf: '2026-11-01',
  today: '2026-11-24',
  fileName: 'vms.csv',
  ...change,
})

export const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/prices/${name}`, import.meta.url), 'utf8')
