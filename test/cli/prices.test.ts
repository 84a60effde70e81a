import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ftplan } from '../support/host.ts'

const fixture = (name: string) => readFileSync(new URL(`../fixtures/prices/${name}`, import.meta.url), 'utf8')
const env = { HOME: '/home/me' }
const lambdaFile = '/home/me/.local/share/ftplan/presets/prices/lambda.yaml'
const vms = fixture('skypilot-lambda.csv')

describe('ftplan prices import', () => {
  it('puts a price list where every estimate finds it', async () => {
    const ran = await ftplan('prices import vms.csv --provider lambda --as-of 2026-11-20', {
      env,
      files: { 'vms.csv': vms },
    })
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toContain(`lambda: 8 prices (2026-11-20) in ${lambdaFile}`)
    expect(ran.out).toContain('left out 2: a machine without GPUs')
    const list = parse(String(ran.files.get(lambdaFile)))
    expect(list).toMatchObject({ id: 'lambda', kind: 'gpu-cloud' })
    expect(list.rows[0]).toMatchObject({ gpu: 'v100-sxm2-16gb', as_of: '2026-11-20', reliability: 'medium' })
    const shown = await ftplan('show prices lambda --json', {
      env,
      files: { [lambdaFile]: String(ran.files.get(lambdaFile)) },
    })
    expect(shown.code).toBe(0)
    expect(shown.out).toContain('2026-11-20')
  })

  it('goes into a folder of presets where one is named', async () => {
    const ran = await ftplan('prices import vms.csv --provider lambda --presets own', {
      files: { 'vms.csv': vms },
    })
    expect(ran.code).toBe(0)
    expect(ran.files.has('/work/own/prices/lambda.yaml')).toBe(true)
    expect(ran.out).toContain('no date')
  })

  it('reads standard input and tells machines what it did', async () => {
    const ran = await ftplan('prices import - --json', { env, stdin: fixture('gpu-rental-prices.json') })
    expect(JSON.parse(ran.out)).toMatchObject({
      format: 'gpu-rental-prices',
      providers: [{ id: 'runpod', prices: 3 }, { id: 'verda' }, { id: 'latitude' }],
    })
  })

  it('names every problem with its line and replaces nothing', async () => {
    const files = {
      'vms.csv': fixture('skypilot-vast.csv'),
      '/home/me/.local/share/ftplan/presets/prices/vast.yaml': 'old',
    }
    const ran = await ftplan('prices import vms.csv --provider vast', { env, files })
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain('line 9: no GPU on file is called RTX_5880Ada')
    expect(ran.err).toContain('3 of 19 prices are unusable: nothing was imported')
    expect(ran.files.get('/home/me/.local/share/ftplan/presets/prices/vast.yaml')).toBe('old')
    const partial = await ftplan('prices import vms.csv --provider vast --partial', { env, files })
    expect(partial.code).toBe(0)
    expect(partial.out).toContain('vast: 16 prices')
  })

  it('does not replace a list by half of it', async () => {
    const whole = await ftplan('prices import vms.csv --provider lambda', { env, files: { 'vms.csv': vms } })
    const half = vms.split('\n').slice(0, 4).join('\n')
    const files = { 'vms.csv': half, [lambdaFile]: String(whole.files.get(lambdaFile)) }
    const ran = await ftplan('prices import vms.csv --provider lambda', { env, files })
    expect(ran.code).toBe(2)
    expect(ran.err).toContain('2 prices would replace 8')
    expect(ran.files.get(lambdaFile)).toBe(files[lambdaFile])
  })

  it.each([
    ['prices import nothing.csv', /there is no such file/],
    ['prices import vms.csv', /--provider/],
    ['prices import vms.csv --provider lambda --as-of soon', /--as-of soon is no date/],
    ['prices import cpu.csv --provider lambda', /holds no price/],
  ])('%s is a usage error', async (command, message) => {
    const cpu = vms.split('\n').slice(0, 2).join('\n')
    const ran = await ftplan(command, { env, files: { 'vms.csv': vms, 'cpu.csv': cpu } })
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(message)
  })
})

describe('ftplan prices lock', () => {
  it('writes the prices of all cards, or of those of a spec', async () => {
    const all = parse((await ftplan('prices lock')).out)
    expect(all).toMatchObject({ version: 1, date: '2026-11-25' })
    const ran = await ftplan('prices lock plan.yaml -o lock.yaml', {
      files: { 'plan.yaml': 'hardware: {gpu: [h100-sxm, L4]}' },
    })
    expect(ran).toMatchObject({ code: 0, out: '' })
    const { prices } = parse(String(ran.files.get('/work/lock.yaml'))) as {
      prices: { rows: { gpu: string }[] }[]
    }
    expect(new Set(prices.flatMap(({ rows }) => rows.map(({ gpu }) => gpu)))).toEqual(
      new Set(['h100-sxm', 'l4']),
    )
    expect(prices.length).toBeLessThan(all.prices.length)
  })

  it('decides the prices of an estimate and the day that they are judged on', async () => {
    const spec = 'hardware: {gpu: h100-sxm, count: 1, provider: lambda}\ntraining: {method: qlora}\n'
    const locked = (await ftplan('prices lock plan.yaml', { files: { 'plan.yaml': spec } })).out
    // Another price than the one on file, and a day on which the price of 2026-09-20 was young.
    const lock = locked.replace('4.29', '1.23').replace('date: 2026-11-25', 'date: 2026-10-01')
    const ran = await ftplan('estimate plan.yaml --price-lock lock.yaml --json --no-timestamp', {
      files: { 'plan.yaml': spec, 'lock.yaml': lock },
    })
    const report = JSON.parse(ran.out)
    const plan = report.plans.find(({ provider }: { provider: string }) => provider === 'lambda')
    expect(plan.cost.price).toMatchObject({ usdPerGpuHour: 1.23, asOf: '2026-09-20' })
    expect(plan.notes.map(({ code }: { code: string }) => code)).not.toContain('price-stale')
  })

  it('is an error at its place when it is none', async () => {
    const ran = await ftplan('estimate --price-lock lock.yaml', { files: { 'lock.yaml': 'version: 9' } })
    expect(ran.code).toBe(2)
    expect(ran.err).toContain('lock.yaml is no price lock: version')
  })
})
