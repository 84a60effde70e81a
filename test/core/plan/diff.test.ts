import { describe, expect, it } from 'vitest'
import type { PlanReport, Report } from '../../../src/core/domain/report.ts'
import { diffReports } from '../../../src/core/plan/diff.ts'
import { GIB } from '../../../src/core/units.ts'

const range = (mid: number) => ({ low: mid, mid, high: mid })

interface Figures {
  id?: string
  rank?: number
  gib?: number
  seconds?: number
  usd?: number | null
  retention?: number | null
}

/** Only what a comparison reads. */
const plan = ({
  id = 'qlora@trl/1xcard/own#aaaaaa',
  rank = 1,
  gib = 20,
  seconds = 7200,
  usd = 40,
  retention = 0.9,
}: Figures = {}) =>
  ({
    id,
    rank,
    memory: { requiredBytes: range(gib * GIB) },
    time: { stepSeconds: range(2), totalSeconds: range(seconds) },
    cost: { usd: usd === null ? null : range(usd) },
    retention: retention === null ? null : { ...range(retention), grade: 'B', basis: [] },
  }) as unknown as PlanReport

const report = (plans: readonly PlanReport[], changes: Partial<Report> = {}) =>
  ({
    spec: {
      training: { method: { value: ['qlora'], origin: 'file' } },
      objective: { value: 'cost', origin: 'default' },
    },
    model: { id: 'llama-3.1-8b', modelType: 'llama' },
    verdict: 'ok',
    plans,
    decision: { winner: plans[0]?.id ?? null },
    ...changes,
  }) as unknown as Report

describe('the difference of two reports', () => {
  it('is one line when nothing changed', () => {
    expect(diffReports(report([plan()]), report([plan()]), { failOnIncrease: 0 })).toMatchObject({
      identical: true,
      summary: 'nothing changed',
      inputs: [],
      plans: [],
      failures: [],
    })
  })

  it('names inputs by their path, whatever their origin', () => {
    const other = report([plan()], {
      spec: {
        training: { method: { value: ['lora'], origin: 'flag' } },
        objective: { value: 'cost', origin: 'file' },
      },
    })
    expect(diffReports(report([plan()]), other).inputs).toEqual([
      { key: 'training.method', before: '["qlora"]', after: '["lora"]' },
    ])
  })

  it('compares memory, time, cost, retention and the choice', () => {
    const after = plan({ id: 'lora@trl/1xcard/own#bbbbbb', gib: 30, seconds: 3600, usd: 50, retention: null })
    const diff = diffReports(report([plan()]), report([after]))
    expect(diff.winner).toEqual({
      key: 'winner',
      before: 'qlora@trl/1xcard/own#aaaaaa',
      after: 'lora@trl/1xcard/own#bbbbbb',
    })
    expect(diff.figures.find(({ name }) => name === 'cost')).toMatchObject({
      change: 10,
      changeFraction: 0.25,
    })
    expect(diff.figures.find(({ name }) => name === 'retention')).toMatchObject({ after: null, change: null })
    expect(diff.summary).toBe(
      'winner qlora@trl/1xcard/own#aaaaaa -> lora@trl/1xcard/own#bbbbbb, memory 20.0 GiB -> 30.0 GiB (+50.0 %), ' +
        'total time 2.0 h -> 1.0 h (-50.0 %), cost $40.00 -> $50.00 (+25.0 %), retention 0.90 -> unknown',
    )
  })

  it('follows a plan whose hash changed, and tells plans that came and went', () => {
    const diff = diffReports(
      report([plan(), plan({ id: 'full@trl/8xcard/own#cccccc', rank: 2 })]),
      report([
        plan({ id: 'qlora@trl/1xcard/own#dddddd', usd: 44 }),
        plan({ id: 'lora@trl/1xcard/own#eeeeee', rank: 2 }),
      ]),
    )
    expect(diff.plans.map(({ plan: line, rankBefore, rankAfter }) => [line, rankBefore, rankAfter])).toEqual([
      ['qlora@trl/1xcard/own', 1, 1],
      ['lora@trl/1xcard/own', null, 2],
      ['full@trl/8xcard/own', 2, null],
    ])
    expect(diff.plans[0]?.figures).toHaveLength(1)
  })

  it('fails on a rise beyond what is allowed, and on a verdict that is ok no more', () => {
    const dearer = report([plan({ usd: 45 })])
    expect(diffReports(report([plan()]), dearer, { failOnIncrease: 0.1 }).failures).toEqual([
      'cost $40.00 -> $45.00 (+12.5 %), more than 10.0 % allowed',
    ])
    expect(diffReports(report([plan()]), dearer, { failOnIncrease: 0.125 }).failures).toEqual([])
    expect(diffReports(report([plan()]), dearer).failures).toEqual([])
    expect(diffReports(report([plan({ usd: 0 })]), dearer, { failOnIncrease: 9 }).failures).toHaveLength(1)
    const broken = report([plan()], { verdict: 'no-fit' })
    expect(diffReports(report([plan()]), broken, { failOnIncrease: 0 }).failures).toEqual([
      'the verdict was ok and is no-fit',
    ])
    expect(() => diffReports(report([]), report([]), { failOnIncrease: -1 })).toThrow('fail-on-increase: -1')
  })

  it('never takes an unknown cost for a fall', () => {
    const unknown = report([plan({ usd: null })])
    const diff = diffReports(report([plan()]), unknown, { failOnIncrease: 0 })
    expect(diff.failures).toEqual([])
    expect(diff.summary).toContain('cost $40.00 -> unknown')
  })
})
