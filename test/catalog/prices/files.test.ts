import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { importPrices } from '../../../src/catalog/prices/import-prices.ts'
import { lockedOffers } from '../../../src/catalog/prices/locked-library.ts'
import { priceListPath, priceListText, rowCountOf } from '../../../src/catalog/prices/price-files.ts'
import { priceLock, priceLockText, readPriceLock } from '../../../src/catalog/prices/price-lock.ts'
import { importedPresets, neededImportedPresets } from '../../../src/catalog/prices/user-data.ts'
import { replaceFile } from '../../../src/cli/replace-file.ts'
import { PriceList } from '../../../src/core/domain/offer.ts'
import { context, fixture } from './context.ts'

const { lists } = importPrices(fixture('gpu-rental-prices.json'), context())

describe('the directory of imported prices', () => {
  it.each([
    [{ XDG_DATA_HOME: '/data', HOME: '/home/me' }, 'linux', '/data/ftplan/presets'],
    [{ XDG_DATA_HOME: 'data', HOME: '/home/me' }, 'linux', '/home/me/.local/share/ftplan/presets'],
    [{ HOME: '/Users/me' }, 'darwin', '/Users/me/.local/share/ftplan/presets'],
    [{ LOCALAPPDATA: 'C:\\Local' }, 'win32', 'C:\\Local\\ftplan\\presets'],
    [{ USERPROFILE: 'C:\\me' }, 'win32', 'C:\\me\\AppData\\Local\\ftplan\\presets'],
    [{}, 'linux', null],
  ])('under %j on %s is %s', (env, platform, path) => {
    expect(importedPresets(env, platform)).toBe(path)
  })

  it('has to be known when something is imported', () => {
    expect(() => neededImportedPresets({}, 'linux')).toThrow(/HOME/)
  })
})

describe('the file of a price list', () => {
  it('is read as the same price list again', () => {
    for (const list of lists) {
      const text = priceListText(list, 'imported')
      expect(text.startsWith('# imported\n')).toBe(true)
      expect(PriceList.parse(parse(text))).toEqual(list)
      expect(rowCountOf(text)).toBe(list.rows.length)
    }
  })

  it('has no rows to lose when it is broken', () => {
    expect(rowCountOf('rows: [')).toBeNull()
    expect(rowCountOf('rows: 7')).toBeNull()
  })
})

describe('replacing a file', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ftplan-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('makes its folder and leaves nothing else behind', () => {
    const path = priceListPath(folder, 'runpod')
    replaceFile(path, 'older')
    replaceFile(path, 'newer')
    expect(readFileSync(path, 'utf8')).toBe('newer')
    expect(readdirSync(join(folder, 'prices'))).toEqual(['runpod.yaml'])
  })

  it('leaves what was there when it fails', () => {
    const path = join(folder, 'prices')
    mkdirSync(path)
    writeFileSync(join(path, 'kept'), 'older')
    // A file cannot take the place of a folder that is not empty.
    expect(() => replaceFile(path, 'newer')).toThrow()
    expect(readFileSync(join(path, 'kept'), 'utf8')).toBe('older')
    expect(readdirSync(folder)).toEqual(['prices'])
  })
})

describe('a price lock', () => {
  const lock = priceLock({ lists, apis: [] }, '2026-11-24', '7', null)

  it('gives the same offers when it is read again', () => {
    const again = readPriceLock(priceLockText(lock), 'prices.lock')
    expect(again).toEqual(lock)
    expect(
      lockedOffers(again, 'h100-sxm').map(({ commitment, usdPerGpuHour }) => [commitment, usdPerGpuHour]),
    ).toEqual([
      ['on-demand', 2.29],
      ['spot', 0.8],
    ])
  })

  it('holds only the cards that are asked for, providers in order', () => {
    expect(lock.prices.map(({ id }) => id)).toEqual(['latitude', 'runpod', 'verda'])
    const narrow = priceLock({ lists, apis: [] }, '2026-11-24', '7', new Set(['b300']))
    expect(narrow.prices.map(({ id, rows }) => [id, rows.length])).toEqual([['latitude', 1]])
  })

  it.each(['version: 2', '[', '{}'])('is not %j', (text) => {
    expect(() => readPriceLock(text, 'prices.lock')).toThrow(/prices.lock/)
  })
})
