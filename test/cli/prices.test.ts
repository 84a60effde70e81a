import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { PriceRow } from '../../src/core/domain/offer.ts'
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
    expect(ran.files.has('/project/own/prices/lambda.yaml')).toBe(true)
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

  it('says which cards have no price any more', async () => {
    const ran = await ftplan('prices import vms.csv --provider lambda', { env, files: { 'vms.csv': vms } })
    expect(ran.out).toMatch(/lambda: without a price now: .*h100-sxm/)
  })

  it.each([
    ['skypilot-aws.csv', 'aws'],
    ['skypilot-gcp.csv', 'gcp'],
    ['skypilot-lambda.csv', 'lambda'],
    ['skypilot-runpod.csv', 'runpod'],
    ['skypilot-vast.csv', 'vast'],
    ['skypilot-verda.csv', 'verda'],
    ['gpuhunt-lambda.csv', 'lambda'],
  ])('decides an estimate, which says so: %s', async (file, provider) => {
    const imported = await ftplan(
      `prices import list.csv --provider ${provider} --as-of 2026-11-20 --partial`,
      {
        env,
        files: { 'list.csv': fixture(file) },
      },
    )
    const path = `/home/me/.local/share/ftplan/presets/prices/${provider}.yaml`
    const text = String(imported.files.get(path))
    const row = (parse(text) as { rows: PriceRow[] }).rows.find((one) => one.usd_per_gpu_hour !== null)
    const line = `estimate --model qwen2.5-0.5b --method lora --gpu ${row?.gpu} --gpus ${row?.count} --provider ${provider} --json`
    const report = JSON.parse((await ftplan(line, { env, files: { [path]: text } })).out)
    const plan = report.plans.find((one: { provider: string }) => one.provider === provider)
    expect(plan.cost.price).toMatchObject({ asOf: '2026-11-20', source: expect.stringContaining('list.csv') })
    expect(report.notes.map(({ text: sentence }: { text: string }) => sentence).join()).toContain(
      `prices of ${provider}: your own list`,
    )
  })

  const cell = (row: number, usd: string) =>
    vms
      .split('\n')
      .map((line, i) => (i === row ? line.replace(/,[\d.]+,us-/, `,${usd},us-`) : line))
      .join('\n')

  it.each([
    ['a column with another name', vms.replace('Price,', 'Cost,'), /has no column Price/],
    ['another currency', cell(2, '€6.32'), /line 3: the price €6.32 is not in USD/],
    ['a negative price', cell(2, '-3'), /line 3: a price is negative/],
    ['a price that is no price', cell(2, 'cheap'), /line 3: the price "cheap" is not a number/],
    [
      'a price of another unit',
      cell(2, '99999'),
      /line 3: 12499.875 USD per GPU and hour is outside 0.01-100/,
    ],
    [
      'an end in the middle of a field',
      vms.slice(0, 700),
      /line \d+: (\d columns instead of 9|a quoted field never ends)/,
    ],
    ['cards that nobody knows', vms.replaceAll('V100', 'Z9000'), /line 3: no GPU on file is called Z9000/],
    ['nothing', '', /is empty/],
    ['no rows', `${vms.split('\n')[0]}\n`, /holds no price/],
    ['something else', 'a,b\n1,2\n', /no price list that is known/],
  ])('is refused with %s, and leaves the earlier import alone', async (_, text, message) => {
    const whole = await ftplan('prices import vms.csv --provider lambda', { env, files: { 'vms.csv': vms } })
    const earlier = String(whole.files.get(lambdaFile))
    const ran = await ftplan('prices import vms.csv --provider lambda', {
      env,
      files: { 'vms.csv': text, [lambdaFile]: earlier },
    })
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toMatch(message)
    expect(ran.files.get(lambdaFile)).toBe(earlier)
  })

  it('takes no date that is none or lies ahead, in a flag or in a list', async () => {
    const list = (asOf: string) =>
      `id: acme\nname: Acme\nkind: gpu-cloud\nrows:\n  - {gpu: l4, count: 1, instance: null, region: null, usd_per_gpu_hour: 1, spot_usd_per_gpu_hour: null, as_of: ${asOf}, source: contract, reliability: high}\n`
    const importOf = (asOf: string, flags = '') =>
      ftplan(`prices import own.yaml ${flags}`, { env, files: { 'own.yaml': list(asOf) } })
    expect((await importOf('2026-11-20')).code).toBe(0)
    expect((await importOf('soon')).err).toContain('line 5: "soon" is no date')
    expect((await importOf('2027-01-01')).err).toContain('line 5: the date 2027-01-01 lies in the future')
    expect((await importOf('2026-11-20', '--as-of 2027-01')).err).toContain(
      '--as-of 2027-01 lies in the future',
    )
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

describe('estimates that are strict about prices', () => {
  const files = { 'plan.yaml': 'hardware: {gpu: h100-sxm, provider: lambda}\ntraining: {method: qlora}\n' }

  it('end with 4 on a price that is missing or old, and take one that is stated', async () => {
    const strict = await ftplan('estimate plan.yaml --strict-prices', { files })
    expect(strict).toMatchObject({ code: 4, out: '' })
    expect(strict.err).toContain(
      'no fresh price: the on-demand price of lambda for h100-sxm is of 2026-09-20, 66 days old',
    )
    const aged = await ftplan('estimate plan.yaml --strict-prices --max-price-age 30', { files })
    expect(aged.code).toBe(4)
    expect(aged.err).toContain('no price is on file for h100-sxm at lambda')
    expect((await ftplan('estimate plan.yaml --strict-prices --price 2', { files })).code).toBe(0)
  })

  it('leave out a price that is too old, without one the cost is unknown', async () => {
    const { out, code } = await ftplan('estimate plan.yaml --max-price-age 30 --json', { files })
    const plan = JSON.parse(out).plans.find(({ provider }: { provider: string }) => provider === 'lambda')
    expect(code).toBe(0)
    expect(plan.cost.usd).toBeNull()
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
    const { prices } = parse(String(ran.files.get('/project/lock.yaml'))) as {
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
    expect(report.notes.map(({ text }: { text: string }) => text)).toContain(
      'prices are those of the lock of 2026-10-01',
    )
  })

  it('holds the prices of fine-tuning services too', async () => {
    const spec = 'hardware: {gpu: h100-sxm, provider: lambda}\ntraining: {method: lora}\n'
    const locked = (await ftplan('prices lock plan.yaml', { files: { 'plan.yaml': spec } })).out
    const lock = locked.replace(/(class: <=10B[\s\S]*?usd: )0\.46/, '$19')
    const ran = await ftplan('estimate plan.yaml --price-lock lock.yaml --json', {
      files: { 'plan.yaml': spec, 'lock.yaml': lock },
    })
    const ori = JSON.parse(ran.out).plans.find(({ provider }: { provider: string }) => provider === 'ori')
    // 10,000 examples · 400 tokens · 3 epochs = 12 million · 9 USD
    expect(ori.cost.usd.mid).toBeCloseTo(108, 9)
  })

  it('is an error at its place when it is none', async () => {
    const ran = await ftplan('estimate --price-lock lock.yaml', { files: { 'lock.yaml': 'version: 9' } })
    expect(ran.code).toBe(2)
    expect(ran.err).toContain('lock.yaml is no price lock: version')
  })
})
