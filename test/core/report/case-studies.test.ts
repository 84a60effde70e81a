import { beforeAll, describe, expect, it } from 'vitest'
import type { PlanReport, Report } from '../../../src/core/domain/report.ts'
import { packagedCatalog } from '../../support/compiled-presets.ts'
import { estimated } from '../../support/estimates.ts'

const catalog = await packagedCatalog()

const winnerOf = ({ plans, decision }: Report): PlanReport => {
  const winner = plans.find(({ id }) => id === decision.winner)
  if (winner === undefined) throw new Error('no plan wins')
  return winner
}
/** Bytes of one card times its number: nothing larger is held without offloading. */
const cardsBytes = ({ memory, gpuCount }: PlanReport): number =>
  (memory?.capacityBytes ?? 0) * (gpuCount ?? 0)

describe('the hospital that adapts a 70B model on cards of its own', () => {
  let report: Report
  beforeAll(() => {
    report = estimated(catalog.scenario('healthcare-chatbot').spec, catalog)
  })
  const onOwnCards = (): PlanReport[] => report.plans.filter(({ owned }) => owned)

  it('takes QLoRA on several of its 24 GB cards', () => {
    expect(winnerOf(report)).toMatchObject({ method: 'qlora', gpu: 'rtx4090', owned: true, feasible: true })
    expect(winnerOf(report).gpuCount).toBeGreaterThanOrEqual(4)
  })

  it('finds no way with a single card of 24 GB, as the article claims', () => {
    expect(onOwnCards().length).toBeGreaterThan(0)
    for (const plan of onOwnCards()) {
      expect(plan.gpuCount).toBeGreaterThan(1)
      // The 4-bit model alone is 37 GiB.
      expect(cardsBytes(plan)).toBeGreaterThan(37 * 2 ** 30)
    }
  })

  it('has QLoRA alone on its own cards, and no full fine-tuning on any card of the list', () => {
    expect(new Set(onOwnCards().map(({ method }) => method))).toEqual(new Set(['qlora']))
    expect(report.plans.filter(({ kind, method }) => kind === 'gpu' && method === 'full')).toEqual([])
    expect(report.rejected.find(({ method }) => method === 'full')?.reason).toContain('does not fit')
  })

  it('pays for its own machine: electricity and depreciation, far below the budget', () => {
    const { cost, notes } = winnerOf(report)
    expect(cost.terms.map(({ key }) => key)).toEqual(['ownership/electricity', 'ownership/depreciation'])
    expect(cost.terms.every(({ usd }) => usd > 5)).toBe(true)
    expect(cost.usd?.high).toBeLessThan(2100)
    expect(notes.map(({ code }) => code)).not.toContain('ownership-unstated')
    // 24,800 USD over 4 x 4,000 hours
    const hours = (winnerOf(report).time?.totalSeconds.mid ?? 0) / 3600
    expect(cost.terms[1]?.usd).toBeCloseTo(hours * 1.55, 6)
    expect(cost.co2Kg).toBeCloseTo((cost.energyKwh ?? 0) * 0.3695, 6)
  })

  it('keeps the 94 % that it asks for, in the middle of the range', () => {
    expect(winnerOf(report).retention?.mid).toBeGreaterThan(0.94)
  })

  it('can keep and serve what it gets', () => {
    const { deployment } = winnerOf(report)
    expect(deployment?.mergeNeedsOriginal).toBe(true)
    expect(deployment?.servingBytes).toBeLessThan(2 * 24 * 2 ** 30)
    expect(deployment?.mergedBytes).toBeGreaterThan(5 * 24 * 2 ** 30)
  })

  it('names no change that changes nothing', () => {
    const { method, gpuCount } = winnerOf(report)
    const budgetFlips = report.decision.flips.filter((text) => text.startsWith('with a budget'))
    expect(budgetFlips.filter((text) => text.includes(`${method} r16 on ${gpuCount} x GeForce`))).toEqual([])
  })
})

describe('the trading desk that adapts a 13B model with words of its own', () => {
  let report: Report
  beforeAll(() => {
    report = estimated(catalog.scenario('trading-assistant').spec, catalog)
  })

  it('takes full fine-tuning on several cards of 80 GB', () => {
    const { method, gpuCount, memory } = winnerOf(report)
    expect(method).toBe('full')
    expect(gpuCount).toBeGreaterThanOrEqual(2)
    expect(memory?.capacityBytes).toBeGreaterThan(75 * 2 ** 30)
  })

  it('finds no full fine-tuning on one card: 16-bit weights and gradients of 13B are 52 GB before any state', () => {
    const full = report.plans.filter(({ kind, method }) => kind === 'gpu' && method === 'full')
    expect(full.length).toBeGreaterThan(0)
    for (const plan of full) expect(plan.gpuCount).toBeGreaterThan(1)
  })

  it('trains embeddings with the adapters, and they keep less than full fine-tuning', () => {
    const adapted = report.plans.filter(({ kind, lora }) => kind === 'gpu' && lora !== null)
    expect(adapted.length).toBeGreaterThan(0)
    for (const { trainableParameters, retention } of adapted) {
      // Two matrices of 32,000 x 5,120 beside the adapters.
      expect(trainableParameters).toBeGreaterThan(2 * 32_000 * 5_120)
      expect(retention?.mid).toBeLessThan(1)
    }
  })

  it('pays rent, and less for adapters on fewer cards', () => {
    const cheapest = new Map(report.decision.cheapestPerMethod.map(({ method, usd }) => [method, usd]))
    expect(winnerOf(report).cost.usd?.mid).toBeGreaterThan(10)
    expect(cheapest.get('lora')).toBeLessThan(winnerOf(report).cost.usd?.mid ?? 0)
  })
})
