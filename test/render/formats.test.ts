import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import type { Report } from '../../src/core/domain/report.ts'
import { type Format, formats, loadRenderer } from '../../src/render/index.ts'
import type { View } from '../../src/render/renderer.ts'
import { report } from '../support/report.ts'

const view: View = { colour: false, columns: 80, detail: 'summary', position: null }

async function rendered(
  format: Format,
  changes: Partial<View> = {},
  given: Report = report(),
): Promise<string> {
  const { render, open = '', close = '' } = await loadRenderer(format)
  return open + render(given, { ...view, ...changes }) + close
}

/** Cells of the ranking that a person reads, in the order of the plans. */
const totals = [
  { memory: '16.6/23.5', time: '2.17 h', cost: '$0.74', retention: '97 % B' },
  { memory: '16.6/23.5', time: '2.17 h', cost: 'unknown', retention: 'unknown' },
  { memory: '64.3/23.5', time: '2.17 h', cost: '$0.74', retention: '97 % B' },
]

describe('every format shows the same totals', () => {
  const GIB = 2 ** 30

  it.each(['table', 'markdown', 'github', 'html'] as const)('%s, for people', async (format) => {
    const text = (await rendered(format)).replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
    for (const { memory, time, cost, retention } of totals) {
      const cells = [memory, time, cost, retention].map((cell) => cell.replaceAll(/[/$.]/g, '\\$&'))
      expect(text).toMatch(new RegExp(cells.join('[^$]{0,40}?')))
    }
  })

  const exact = (plan: { memory: number; capacity: number; seconds: number; usd: number | null }) => {
    expect(plan.capacity).toBe(23.5 * GIB)
    expect(plan.seconds).toBe(7800)
    return [(plan.memory / GIB).toFixed(1), plan.usd]
  }
  const expected = [
    ['16.6', 0.74],
    ['16.6', null],
    ['64.3', 0.74],
  ]

  it.each(['json', 'yaml'] as const)('%s, as the report itself', async (format) => {
    const text = await rendered(format)
    const back = format === 'json' ? JSON.parse(text) : parseYaml(text)
    expect(back).toEqual(report())
    const plans = (back as Report).plans.map(({ memory, time, cost }) =>
      exact({
        memory: memory?.requiredBytes.high ?? 0,
        capacity: memory?.capacityBytes ?? 0,
        seconds: time?.totalSeconds.mid ?? 0,
        usd: cost.usd?.mid ?? null,
      }),
    )
    expect(plans).toEqual(expected)
  })

  it('csv, in base units', async () => {
    const [head = '', ...lines] = (await rendered('csv')).trimEnd().split('\r\n')
    const names = head.split(',')
    const plans = lines.map((line) => {
      const cells = line.split(',')
      const cell = (name: string) => cells[names.indexOf(name)] ?? ''
      return exact({
        memory: Number(cell('requiredBytesHigh')),
        capacity: Number(cell('capacityBytes')),
        seconds: Number(cell('totalSeconds')),
        usd: cell('usd') === '' ? null : Number(cell('usd')),
      })
    })
    expect(plans).toEqual(expected)
  })

  it('junit, as properties of the plan that decides', async () => {
    const text = await rendered('junit')
    const property = (name: string) => Number(new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1])
    expect(
      exact({
        memory: property('requiredBytes'),
        capacity: property('capacityBytes'),
        seconds: property('totalSeconds'),
        usd: property('usd'),
      }),
    ).toEqual(expected[0])
  })
})

describe('any format', () => {
  it.each(formats)(
    '%s has no colour code unless colour is asked for, and ends its last line',
    async (format) => {
      for (const detail of ['summary', 'terms'] as const) {
        const text = await rendered(format, { detail })
        expect(text).not.toContain('\u001b')
        expect(text.endsWith('\n')).toBe(true)
      }
    },
  )

  it('colours the table when it is asked to', async () => {
    expect(await rendered('table', { colour: true })).toContain('\u001b[')
  })

  it.each(formats)('%s says nothing that is not in the report', async (format) => {
    const text = await rendered(format)
    expect(text).not.toMatch(/undefined|NaN|\[object/)
  })

  it('escapes what a name could smuggle in', async () => {
    const evil = '<script>alert("x")</script>|"&'
    const given = report()
    const named = { ...given, model: { ...given.model, id: evil } }
    for (const format of ['html', 'junit'] as const)
      expect(await rendered(format, {}, named)).not.toContain('<script>')
    expect(await rendered('markdown', {}, named)).not.toContain('<script>')
  })
})

describe('the table', () => {
  it('keeps to the width of the terminal', async () => {
    for (const columns of [80, 100, 160]) {
      const lines = (await rendered('table', { columns })).split('\n')
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns)
    }
  })

  it('never hides rows silently', async () => {
    expect(await rendered('table')).toContain('4 more, use --all')
    expect(await rendered('table', {}, report({ hiddenPlans: 0 }))).not.toContain('--all')
  })

  it('says what won, why, what binds, what was rejected and how old prices are', async () => {
    const text = (await rendered('table')).replaceAll(/\s+/g, ' ')
    expect(text).toContain('Best for balanced: qlora-r16@trl/1xrtx4090/runpod#3f9c1a')
    expect(text).toContain('cheapest of those that keep 95 % of the quality')
    expect(text).toContain('what binds: memory of the card')
    expect(text).toContain('full, 12 plans: does not fit on 1 x rtx4090: needs 61.2 GiB')
    expect(text).toContain('warning: the price of runpod is of 2026-08-01, 31 days old')
  })

  it('explains every term with formula and source', async () => {
    const text = await rendered('table', { detail: 'terms' })
    for (const { memory, time, cost } of report().plans) {
      const peak = memory?.phases.find(({ phase }) => phase === memory.peakPhase)
      for (const term of [...(peak?.terms ?? []), ...(time?.terms ?? []), ...cost.terms]) {
        expect(text).toContain(term.key)
        expect(text).toContain(term.formula)
        expect(text).toContain(`[${term.source}]`)
      }
    }
  })
})

describe('a stream of reports', () => {
  it('is one line a report in JSON', async () => {
    const { render } = await loadRenderer('json')
    const lines = [0, 1]
      .map((position) => render(report(), { ...view, position }))
      .join('')
      .trimEnd()
      .split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual([report(), report()])
  })

  it('has one head in CSV, and the place of each report', async () => {
    const { render } = await loadRenderer('csv')
    const lines = [0, 1]
      .map((position) => render(report(), { ...view, position }))
      .join('')
      .trimEnd()
      .split('\r\n')
    expect(lines.map((line) => line.split(',')[0])).toEqual(['spec', '1', '1', '1', '2', '2', '2'])
  })

  it('is documents in YAML', async () => {
    const { render } = await loadRenderer('yaml')
    expect(render(report(), { ...view, position: 1 })).toMatch(/^---\n/)
  })
})

describe('junit', () => {
  it('has a failed test for each broken constraint of the nearest miss', async () => {
    const given = report()
    const miss = given.plans[2]
    if (miss === undefined) throw new Error('the fixture has three plans')
    const failed = report({ verdict: 'no-fit', plans: [miss], decision: { ...given.decision, winner: null } })
    const text = await rendered('junit', {}, failed)
    expect(text).toContain('failures="2"')
    expect(text).toContain('<failure message="64.3 GiB against a limit of 23.5 GiB" type="constraint"/>')
  })

  it('only skips what the spec calls a warning', async () => {
    const given = report()
    const plans = given.plans.slice(0, 1).map((plan) => ({
      ...plan,
      constraints: plan.constraints.map((one) => ({ ...one, ok: false, level: 'warn' as const })),
    }))
    expect(await rendered('junit', {}, report({ plans }))).toMatch(/failures="0".*skipped="1"/)
  })
})

describe('the GitHub summary', () => {
  it('stays below a MiB whatever there is to say', async () => {
    const given = report()
    const [plan] = given.plans
    if (plan === undefined) throw new Error('the fixture has plans')
    const plans = Array.from({ length: 20_000 }, (_, i) => ({ ...plan, rank: i + 1 }))
    const text = await rendered('github', {}, report({ plans }))
    expect(new TextEncoder().encode(text).length).toBeLessThan(2 ** 20)
    expect(text).toContain('The rest is cut')
  })
})
