import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { PlanReport, Report } from '../../src/core/domain/report.ts'
import { formatUsd } from '../../src/render/format.ts'
import { ftplan } from '../support/host.ts'

const estimate = async (format: string): Promise<string> =>
  (await ftplan(`estimate money --all --no-timestamp --format ${format}`)).out

let report: Report
const priced = (): PlanReport[] => report.plans.filter(({ cost }) => cost.usd !== null)
const usdOf = (plan: PlanReport | undefined): number => plan?.cost.usd?.mid ?? Number.NaN

describe('the scenario about money', () => {
  beforeAll(async () => {
    report = JSON.parse(await estimate('json'))
  })

  it('compares rent of at least five providers, own cards and at least three services', () => {
    const rented = priced().filter(({ kind, owned }) => kind === 'gpu' && !owned)
    expect(new Set(rented.map(({ provider }) => provider)).size).toBeGreaterThanOrEqual(5)
    expect(rented.some(({ commitment }) => commitment === 'spot')).toBe(true)
    const own = priced().filter(({ owned }) => owned)
    expect(own.map(({ gpu }) => gpu)).toContain('rtx4090')
    expect(own.every((plan) => usdOf(plan) > 0)).toBe(true)
    expect(own.flatMap(({ notes }) => notes.map(({ code }) => code))).not.toContain('ownership-unstated')
    const services = priced().filter(({ kind }) => kind === 'api')
    expect(new Set(services.map(({ provider }) => provider)).size).toBeGreaterThanOrEqual(3)
  })

  it('itemises the whole bill of the winner', () => {
    const [winner] = report.plans
    expect(winner?.id).toBe(report.decision.winner)
    const bill = new Map(winner?.cost.terms.map(({ key, usd }) => [key, usd]))
    for (const key of [
      'rent/training',
      'rent/start-up',
      'rent/checkpoints',
      'failed-runs',
      'rent/setup',
      'storage/checkpoints',
    ]) {
      expect(bill.get(key)).toBeGreaterThan(0)
    }
    const price = winner?.cost.price?.usdPerGpuHour ?? Number.NaN
    // One hour of set-up; a fifth of what a run costs for runs that fail.
    expect(bill.get('rent/setup')).toBeCloseTo(price, 9)
    // On spot the hours that reclaims cost are part of the run.
    const ofRun = ['rent/training', 'rent/start-up', 'rent/checkpoints', 'rent/interruption']
    const run = ofRun.reduce((sum, key) => sum + (bill.get(key) ?? 0), 0)
    expect(run).toBeCloseTo(((winner?.time?.totalSeconds.mid ?? 0) / 3600) * price, 6)
    expect(bill.get('failed-runs')).toBeCloseTo(0.2 * run, 9)
  })

  it('adds up: every bill is the sum of its terms', () => {
    for (const { cost, id } of priced()) {
      const sum = cost.terms.reduce((total, { usd }) => total + usd, 0)
      expect(sum, id).toBeCloseTo(cost.usd?.mid ?? Number.NaN, 9)
    }
    expect(report.plans.length - priced().length).toBeGreaterThan(0)
    for (const { cost } of report.plans.filter((plan) => plan.cost.usd === null))
      expect(cost.terms).toEqual([])
  })

  it('bills own cards by hand: electricity and wear of the hours that they work', () => {
    const own = report.plans.find(({ owned }) => owned)
    // (run + a fifth of it that fails + an hour of set-up) · (1.1 kW · 0.17 USD + 6000 USD / 4 years / 2000 h)
    const hours = ((own?.time?.totalSeconds.mid ?? 0) / 3600) * 1.2 + 1
    expect(usdOf(own)).toBeCloseTo(hours * (1.1 * 0.17 + 0.75), 6)
  })

  it('bills services by hand: 50,000 examples of 400 tokens, three times', () => {
    // 60 million tokens, a fifth more for runs that fail where they are billed: Together 0.48 · 60 · 1.2, Ori 0.46 · 60 · 1.2
    const service = (provider: string) =>
      report.plans.find((plan) => plan.kind === 'api' && plan.provider === provider)
    expect(usdOf(service('together'))).toBeCloseTo(34.56, 9)
    expect(usdOf(service('ori'))).toBeCloseTo(33.12, 9)
  })

  it('names the cheapest plan of each method', () => {
    for (const { method, plan, usd } of report.decision.cheapestPerMethod) {
      const rivals = priced().filter((one) => one.method === method && one.feasible)
      expect(usd).toBeCloseTo(Math.min(...rivals.map(usdOf)), 9)
      expect(usdOf(rivals.find(({ id }) => id === plan))).toBeCloseTo(usd, 9)
    }
    expect(report.decision.cheapestPerMethod.map(({ method }) => method)).toEqual(
      expect.arrayContaining(['lora', 'qlora']),
    )
  })

  it('has the same totals in YAML and CSV', async () => {
    const yaml = parse(await estimate('yaml')) as Report
    expect(yaml.plans.map(({ cost }) => cost.usd)).toEqual(report.plans.map(({ cost }) => cost.usd))
    const [head = '', ...lines] = (await estimate('csv')).trim().split('\r\n')
    const at = head.split(',').indexOf('usd')
    const totals = lines.map((line) => line.split(',')[at])
    expect(totals).toEqual(report.plans.map(({ cost }) => (cost.usd === null ? '' : String(cost.usd.mid))))
  })

  it.each(['table', 'markdown', 'html', 'github'])('has the same totals in %s', async (format) => {
    const text = await estimate(format)
    let from = 0
    for (const plan of report.plans) {
      const total = plan.cost.usd === null ? 'unknown' : formatUsd(plan.cost.usd.mid)
      const at = text.indexOf(total, from)
      expect(at, `${plan.id}: ${total}`).toBeGreaterThanOrEqual(from)
      from = at
    }
  })
})

describe('own hardware whose costs nobody stated', () => {
  const own = 'estimate --model qwen2.5-0.5b --method lora --gpu rtx4090 --owned'

  it('is marked where its cost stands, and the note says what is left out', async () => {
    const { out } = await ftplan(own)
    expect(out).toMatch(/own .*\$0\* /)
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      '* own hardware: usd_per_kwh and purchase_usd not stated (ownership), counted as 0',
    )
    const markdown = (await ftplan(`${own} --format markdown`)).out
    expect(markdown).toContain('| $0* |')
  })

  it('is not marked when they are stated', async () => {
    const stated =
      '--set ownership.purchase_usd=0 --set ownership.lifetime_years=1 --set ownership.usd_per_kwh=0.2'
    const { out } = await ftplan(`${own} ${stated}`)
    expect(out).not.toContain('*')
  })
})

describe('what is said about prices beside the table', () => {
  const notesOf = async (line: string): Promise<string[]> => {
    const { notes } = JSON.parse(
      (await ftplan(`estimate --model qwen2.5-0.5b --method lora ${line} --json`)).out,
    ) as Report
    return notes.map(({ text }) => text)
  }

  it('names the machines that are paid whole', async () => {
    const notes = await notesOf('--gpu h100-sxm --gpus 2 --provider gcp --provider crusoe')
    const whole = notes.find((text) => text.startsWith('the smallest machine on file is paid whole'))
    expect(whole).toContain('gcp 8 GPUs for 2')
    expect(whole).toContain('crusoe 8 GPUs for 2')
  })

  it('says how often spot machines are taken back, and whether anybody knows', async () => {
    const notes = (
      await notesOf('--gpu h100-sxm --gpus 8 --provider aws --provider crusoe --commitment spot')
    ).join('\n')
    expect(notes).toMatch(
      /aws took back .* of its spot capacity of p5.48xlarge .* a rate of [\d.]+ in 100 hours is counted/,
    )
    expect(notes).toContain(
      'how often crusoe takes spot machines back is not on file: a rate of 1 in 100 hours is assumed (0.1 to 10)',
    )
    expect(notes).toContain('on spot one every 60 minutes is assumed')
  })

  it('names prices that are old', async () => {
    const notes = await notesOf('--gpu h100-sxm --provider lambda')
    expect(notes.find((text) => text.startsWith('prices to check'))).toContain('lambda of 2026-09-20')
  })
})
