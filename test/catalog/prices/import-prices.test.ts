import { describe, expect, it } from 'vitest'
import { importPrices, refusalOf } from '../../../src/catalog/prices/import-prices.ts'
import { UserError } from '../../../src/core/errors.ts'
import { context, fixture } from './context.ts'

const read = (name: string, provider: string | null) => importPrices(fixture(name), context({ provider }))
const rowsOf = (name: string, provider: string | null) =>
  read(name, provider).lists.flatMap(({ rows }) =>
    rows.map((row) => [row.gpu, row.count, row.usd_per_gpu_hour, row.spot_usd_per_gpu_hour]),
  )
const reasons = (name: string, provider: string | null, severity: 'skipped' | 'problem') =>
  read(name, provider)
    .findings.filter((finding) => finding.severity === severity)
    .map(({ line, reason }) => `${line}: ${reason}`)
const header = 'InstanceType,AcceleratorName,AcceleratorCount,Price,SpotPrice,Region'
const imported = (...lines: string[]) =>
  importPrices([header, ...lines, ''].join('\n'), context({ provider: 'lambda' }))

describe('a catalogue file of SkyPilot', () => {
  it('gives the price of one GPU, whatever the order of the columns', () => {
    // 27.44705 / 8 = 3.43088125, spot 8.4114 / 8 = 1.051425
    expect(rowsOf('skypilot-aws.csv', 'aws')).toContainEqual(['a100-sxm-80gb', 8, 3.43088125, 1.051425])
    // 6.32 / 8 = 0.79 and 4.36 / 4 = 1.09; no spot price
    expect(rowsOf('skypilot-lambda.csv', 'lambda')).toContainEqual(['v100-sxm2-16gb', 8, 0.79, null])
    expect(rowsOf('skypilot-lambda.csv', 'lambda')).toContainEqual(['rtxa6000', 4, 1.09, null])
  })

  it('leaves out machines without GPUs', () => {
    expect(reasons('skypilot-lambda.csv', 'lambda', 'skipped')).toEqual([
      '2: a machine without GPUs',
      '7: a machine without GPUs',
    ])
    expect(read('skypilot-aws-hosts.csv', 'aws').lists).toEqual([])
  })

  it('takes a spot price equal to the price for unknown', () => {
    for (const [, , usd, spot] of rowsOf('skypilot-runpod.csv', 'runpod')) {
      expect(usd).toBe(1.39)
      expect(spot).toBeNull()
    }
  })

  it('takes a spot price of nothing for unknown, and reads quoted regions', () => {
    const { lists } = read('skypilot-vast.csv', 'vast')
    expect(lists[0]?.rows[0]).toMatchObject({
      gpu: 'rtx5090',
      count: 1,
      region: 'Denmark, DK, EU',
      usd_per_gpu_hour: 0.44,
      spot_usd_per_gpu_hour: null,
      reliability: 'low',
    })
    expect(lists[0]?.kind).toBe('marketplace')
  })

  it('tells the variants of a card on Vast apart by instance and memory', () => {
    const rows = rowsOf('skypilot-vast.csv', 'vast').map(([gpu, count]) => `${count} x ${gpu}`)
    expect(rows).toEqual(
      expect.arrayContaining([
        '1 x h100-nvl',
        '1 x h100-sxm',
        '1 x a100-sxm-80gb',
        '1 x a100-sxm-40gb',
        '2 x a100-pcie-40gb',
        '4 x rtx4060ti-16gb',
        '4 x rtx4070tisuper',
        '4 x rtx3060-12gb',
      ]),
    )
    expect(reasons('skypilot-vast.csv', 'vast', 'problem')).toEqual([
      '9: no GPU on file is called RTX_5880Ada',
      '14: no GPU on file is called RTX_5070',
      '20: no GPU on file is called RTX_3060_Ti',
    ])
  })

  it('knows machines that are sold out on demand', () => {
    // 2B300.60V has no price and a spot price of 4.893 for two
    expect(rowsOf('skypilot-verda.csv', 'verda')).toContainEqual(['b300', 2, null, 2.4465])
  })

  it('adds the machine that carries the cards on Google', () => {
    const rows = rowsOf('skypilot-gcp.csv', 'gcp')
    // a2-highgpu-1g 0.73948 + 2.93391 = 3.67339; spot 0.38812 + 1.14613 = 1.53425
    const single = rows.find(([gpu, count]) => gpu === 'a100-sxm-40gb' && count === 1)
    expect(single?.[2]).toBeCloseTo(3.67339, 9)
    expect(single?.[3]).toBeCloseTo(1.53425, 9)
    // a2-highgpu-8g 5.91582 + 23.47126 = 29.38708, / 8 = 3.673385
    const eight = rows.find(([gpu, count]) => gpu === 'a100-sxm-40gb' && count === 8)
    expect(eight?.[2]).toBeCloseTo(3.673385, 9)
    // a3-highgpu-8g is not in the file
    expect(reasons('skypilot-gcp.csv', 'gcp', 'skipped')).toEqual(
      expect.arrayContaining(['19: H100 without a machine that carries it', '20: a slice of TPUs']),
    )
  })

  it('takes the price of eight cards that equals that of one for the price of each', () => {
    const lines = ['a2-highgpu-8g,,,8,4,us-central1', ',A100,1,2,1,us-central1', ',A100,8,2,1,us-central1']
    const { lists } = importPrices([header, ...lines].join('\n'), context({ provider: 'gcp' }))
    // (8 + 8 · 2) / 8 = 3
    expect(lists[0]?.rows.find(({ count }) => count === 8)?.usd_per_gpu_hour).toBe(3)
  })

  it('keeps the cheapest spot price of the zones of a region, local zones left out', () => {
    const zones = [
      `${header},AvailabilityZone`,
      'p5.48xlarge,H100,8,55.04,20,us-east-1,use1-az1',
      'p5.48xlarge,H100,8,55.04,16,us-east-1,use1-az2',
      'p5.48xlarge,H100,8,55.04,12,us-east-1,use1-atl2-az1',
    ].join('\n')
    const { lists } = importPrices(zones, context({ provider: 'aws' }))
    expect(lists[0]?.rows).toHaveLength(1)
    expect(lists[0]?.rows[0]?.spot_usd_per_gpu_hour).toBe(2)
  })

  it('needs to be told whose prices it holds', () => {
    expect(() => read('skypilot-lambda.csv', null)).toThrow(UserError)
  })
})

describe('a catalogue of gpuhunt', () => {
  it('gives on-demand and spot of a machine in one row', () => {
    // 31.92 / 8 = 3.99, 16 / 8 = 2
    expect(rowsOf('gpuhunt-lambda.csv', 'lambda')).toEqual([
      ['a10', 1, 1.29, null],
      ['h100-sxm', 8, 3.99, 2],
      ['a100-pcie-40gb', 1, 1.99, null],
    ])
  })
})

describe('the gpu-rental-prices data set', () => {
  const set = importPrices(fixture('gpu-rental-prices.json'), context({ asOf: null }))

  it('holds many providers, each with the date of the set', () => {
    expect(set.lists.map(({ id, kind, rows }) => [id, kind, rows.length])).toEqual([
      ['runpod', 'gpu-cloud', 3],
      ['verda', 'gpu-cloud', 2],
      ['latitude', 'gpu-cloud', 1],
    ])
    expect(set.lists[0]?.rows[0]).toMatchObject({ gpu: 'a100-pcie-80gb', as_of: '2026-10-01' })
  })

  it('knows how many GPUs have to be rented at least', () => {
    expect(set.lists[2]?.rows[0]).toMatchObject({ gpu: 'b300', count: 8, usd_per_gpu_hour: 16 })
  })

  it('leaves out serverless offers and cards of Google without their machine', () => {
    expect(set.findings.map(({ severity, reason }) => `${severity}: ${reason}`)).toEqual([
      'skipped: a card of gcp without the machine that carries it',
      'skipped: an offer of kind serverless',
    ])
  })

  it('may be read for one provider', () => {
    const one = importPrices(fixture('gpu-rental-prices.json'), context({ provider: 'verda' }))
    expect(one.lists.map(({ id }) => id)).toEqual(['verda'])
  })
})

describe('a price list of ours', () => {
  const list = (...rows: string[]) =>
    ['id: mycloud', 'name: My cloud', 'kind: gpu-cloud', 'rows:', ...rows].join('\n')
  const row = (change = '') =>
    `  - {gpu: h100-sxm, count: 8, instance: null, region: null, usd_per_gpu_hour: 2.5, spot_usd_per_gpu_hour: null, as_of: "2026-11-02", source: contract, reliability: high${change}}`

  it('is read as it stands', () => {
    const { lists, findings } = importPrices(list(row()), context({ asOf: null }))
    expect(findings).toEqual([])
    expect(lists).toMatchObject([
      { id: 'mycloud', name: 'My cloud', kind: 'gpu-cloud', rows: [{ as_of: '2026-11-02' }] },
    ])
  })

  it('may not hide another currency in a key of its own', () => {
    const { findings } = importPrices(list(row(), row(', currency: EUR')), context())
    expect(findings).toMatchObject([{ line: 6, severity: 'problem' }])
    expect(findings[0]?.reason).toContain('currency')
    expect(() => importPrices(`currency: EUR\n${list(row())}`, context())).toThrow(/currency/)
  })

  it('may not leave the directory of price lists', () => {
    expect(() => importPrices(list(row()).replace('mycloud', '../../etc'), context())).toThrow(
      /no name of a provider/,
    )
  })

  it('names the line of a row that is wrong', () => {
    const { findings } = importPrices(list(row(), row().replace('2.5', '-1')), context())
    expect(findings).toMatchObject([{ line: 6, severity: 'problem' }])
  })
})

describe('a broken file', () => {
  it.each([
    ['gpu_1x_a10,A10,1,1.29', 'missing columns', /4 columns instead of 6/],
    ['gpu_1x_a10,A10,1,1.29,,us,more', 'surplus columns', /7 columns instead of 6/],
    ['gpu_1x_a10,A10,1,-1.29,,us', 'a negative price', /negative/],
    ['gpu_1x_a10,A10,1,129000,,us', 'an absurd price', /outside/],
    ['gpu_1x_a10,A10,1,0.001,,us', 'a price of nothing', /outside/],
    ['gpu_1x_a10,A10,1,€1.29,,us', 'another currency', /not in USD/],
    ['gpu_1x_a10,A10,1,cheap,,us', 'words for numbers', /not a number/],
    ['gpu_1x_a10,A10,many,1.29,,us', 'words for a count', /number of GPUs/],
    ['gpu_1x_x,X9000,1,1.29,,us', 'an unknown card', /X9000/],
    ['gpu_1x_a10,A10,1,1.29,,"us', 'a field that never ends', /cut off/],
  ])('with %s (%s) is refused, and the line named', (line, _what, reason) => {
    const result = imported('gpu_1x_a10,A10,1,1.29,,us-east-1', line)
    expect(result.findings).toMatchObject([{ line: 3, severity: 'problem' }])
    expect(result.findings[0]?.reason).toMatch(reason)
    expect(result.lists[0]?.rows).toHaveLength(1)
    expect(refusalOf(result, () => null)?.message).toBe('1 of 2 prices is unusable: nothing was imported')
  })

  it('that breaks off in the middle of a row is refused', () => {
    const whole = fixture('skypilot-lambda.csv')
    const half = importPrices(whole.slice(0, whole.length * 0.6), context({ provider: 'lambda' }))
    expect(refusalOf(half, () => null)).toBeInstanceOf(UserError)
  })

  it('that breaks off between two rows is refused where it would replace a longer list', () => {
    const short = imported('gpu_1x_a10,A10,1,1.29,,us-east-1')
    expect(refusalOf(short, () => 2)).toBeNull()
    expect(refusalOf(short, () => 3)?.message).toContain('1 prices would replace 3')
  })

  it.each([
    ['{"date": "2026-10-01", "offers": [{"provider"', /no valid JSON/],
    ['{"prices": []}', /no price list that is known/],
    ['a,b\n1,2', /no price list that is known/],
    ['', /no price list that is known/],
    ['InstanceType,AcceleratorName\na,b', /no column/],
    ['id: x\nrows: [', /vms.csv/],
  ])('%j is an error with a way out', (text, message) => {
    expect(() => importPrices(text, context({ provider: 'lambda' }))).toThrow(message)
  })
})
