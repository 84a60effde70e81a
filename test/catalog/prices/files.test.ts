import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { importPrices } from '../../../src/catalog/prices/import-prices.ts'
import { writePriceLists } from '../../../src/catalog/prices/price-files.ts'
import {
  lockedOffers,
  priceLock,
  priceLockText,
  readPriceLock,
} from '../../../src/catalog/prices/price-lock.ts'
import { userDataDirectory } from '../../../src/catalog/prices/user-data.ts'
import { PriceList } from '../../../src/core/domain/offer.ts'
import { context, fixture } from './context.ts'

const { lists } = importPrices(fixture('gpu-rental-prices.json'), context())

describe('the directory of imported prices', () => {
  it.each([
    [{ XDG_DATA_HOME: '/data', HOME: '/home/me' }, 'linux', '/data/ftplan'],
    [{ XDG_DATA_HOME: 'data', HOME: '/home/me' }, 'linux', '/home/me/.local/share/ftplan'],
    [{ HOME: '/Users/me' }, 'darwin', '/Users/me/.local/share/ftplan'],
    [{ LOCALAPPDATA: 'C:\\Local' }, 'win32', 'C:\\Local\\ftplan'],
    [{ USERPROFILE: 'C:\\me' }, 'win32', 'C:\\me\\AppData\\Local\\ftplan'],
  ])('under %j on %s is %s', (env, platform, path) => {
    expect(userDataDirectory(env, platform)).toBe(path)
  })

  it('cannot be guessed without a home', () => {
    expect(() => userDataDirectory({}, 'linux')).toThrow(/HOME/)
  })
})

describe('writing price lists', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ftplan-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('makes files that are read as price lists again', () => {
    const paths = writePriceLists(folder, lists, 'imported')
    expect(paths).toHaveLength(3)
    for (const [index, path] of paths.entries()) {
      expect(PriceList.parse(parse(readFileSync(path, 'utf8')))).toEqual(lists[index])
    }
  })

  it('leaves the older lists as they were when one cannot be written', () => {
    writePriceLists(folder, lists.slice(0, 1), 'older')
    const path = join(folder, 'prices', 'runpod.yaml')
    const before = readFileSync(path, 'utf8')
    // A directory stands where the draft of the second list belongs.
    mkdirSync(join(folder, 'prices', `verda.yaml.new-${process.pid}`))
    expect(() => writePriceLists(folder, lists, 'newer')).toThrow()
    expect(readFileSync(path, 'utf8')).toBe(before)
    expect(readdirSync(join(folder, 'prices')).filter((name) => name.startsWith('runpod'))).toEqual([
      'runpod.yaml',
    ])
  })

  it('replaces a list as a whole', () => {
    mkdirSync(join(folder, 'prices'))
    writeFileSync(join(folder, 'prices', 'runpod.yaml'), 'something else')
    writePriceLists(folder, lists, 'newer')
    expect(readFileSync(join(folder, 'prices', 'runpod.yaml'), 'utf8')).toContain('# newer\nname: runpod')
  })
})

describe('a price lock', () => {
  const lock = priceLock(lists, '2026-11-24', '7', null)

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
    const narrow = priceLock(lists, '2026-11-24', '7', new Set(['b300']))
    expect(narrow.prices.map(({ id, rows }) => [id, rows.length])).toEqual([['latitude', 1]])
  })

  it.each(['version: 2', '[', '{}'])('is not %j', (text) => {
    expect(() => readPriceLock(text, 'prices.lock')).toThrow(/prices.lock/)
  })
})
