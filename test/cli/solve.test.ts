import { describe, expect, it } from 'vitest'
import { ftplan } from '../support/host.ts'

const plan = `version: 1
model: llama-3.1-8b
dataset: {examples: 5000, tokens: {mean: 300, max: 1024}, epochs: 2}
training: {method: [lora, qlora]}
hardware: {gpu: [rtx4090, a100-sxm-80gb], count: 1, provider: [runpod, lambda]}
`
const own = `version: 1
model: llama-3.1-8b
dataset: {examples: 5000, tokens: {mean: 300, max: 1024}, epochs: 2}
training: {method: qlora}
hardware: {gpu: rtx4090, count: 1, owned: true}
ownership: {purchase_usd: 1000, usd_per_kwh: 0.1}
`
const files = { 'plan.yaml': plan, 'own.yaml': own }
const solved = async (line: string) => {
  const ran = await ftplan(`solve ${line} --json`, { files })
  return { ...ran, solution: ran.code === 2 ? null : JSON.parse(ran.out) }
}
const verdict = async (line: string) =>
  JSON.parse((await ftplan(`estimate ${line} --json`, { files })).out).verdict

describe('what a budget buys', () => {
  it('is the most examples with which some plan stays within it: one more does not', async () => {
    const { code, solution } = await solved('examples plan.yaml --max-usd 2')
    expect(code).toBe(0)
    expect(solution.above.value).toBe(solution.answer + 1)
    expect(solution.plan.cost.usd.mid).toBeLessThanOrEqual(2)
    expect(solution.figures).toEqual({ budgetUsd: 2, budgetHours: null })
    expect(await verdict(`plan.yaml --max-usd 2 --examples ${solution.answer}`)).toBe('ok')
    expect(await verdict(`plan.yaml --max-usd 2 --examples ${solution.answer + 1}`)).toBe('over-budget')
  })

  it('has an answer for each other method, which takes no more', async () => {
    const { solution } = await solved('examples plan.yaml --max-usd 2')
    const [other] = solution.others
    expect(solution.plan.method).toBe('lora')
    expect(other.plan.method).toBe('qlora')
    expect(Number(other.value)).toBeLessThanOrEqual(solution.answer)
    expect(await verdict(`plan.yaml --method qlora --max-usd 2 --examples ${other.value}`)).toBe('ok')
    expect(await verdict(`plan.yaml --method qlora --max-usd 2 --examples ${Number(other.value) + 1}`)).toBe(
      'over-budget',
    )
  })

  it('is counted in tenths of epochs, and a deadline is a budget too', async () => {
    const { solution } = await solved('epochs plan.yaml --max-hours 1')
    expect(solution.above.value).toBeCloseTo(solution.answer + 0.1, 9)
    expect(solution.above.verdict).toBe('too-slow')
    expect(solution.plan.time.totalSeconds.mid).toBeLessThanOrEqual(3600)
  })

  it('counts although the spec only warns about the budget', async () => {
    const { solution } = await solved('epochs plan.yaml --max-usd 1 --set budget.level=warn')
    expect(solution.above.verdict).toBe('over-budget')
  })

  it('has no end where own hardware costs nothing, and says so', async () => {
    const { solution } = await solved('epochs own.yaml --max-usd 5 --set ownership={}')
    expect(solution).toMatchObject({ answer: 1000, above: null })
    expect(solution.remarks[0]).toContain('not stated (ownership)')
  })

  it.each([
    ['examples plan.yaml', 'budget.usd or budget.hours is not in the spec'],
    ['deadline plan.yaml --max-usd 5', 'budget.hours is not in the spec'],
    ['break-even plan.yaml', 'ownership.purchase_usd is not in the spec'],
    ['break-even plan.yaml --set ownership.purchase_usd=1', 'hardware with owned: true is not in the spec'],
  ])('solve %s names the key that is missing', async (line, message) => {
    const ran = await ftplan(`solve ${line}`, { files })
    expect(ran.code).toBe(2)
    expect(ran.err).toContain(message)
  })
})

describe('a deadline', () => {
  it('is met by the cheapest plan that is fast enough; each further step is faster and dearer', async () => {
    const { solution } = await solved('deadline plan.yaml --max-hours 0.6')
    const { plan: best, above, others, figures } = solution
    expect(best.time.totalSeconds.mid).toBeLessThanOrEqual(0.6 * 3600)
    expect(above.plan.time.totalSeconds.mid).toBeGreaterThan(0.6 * 3600)
    expect(above.plan.cost.usd.mid).toBeLessThan(best.cost.usd.mid)
    expect(figures.extraUsd).toBeCloseTo(best.cost.usd.mid - above.plan.cost.usd.mid, 9)
    let earlier = best
    for (const { plan: faster } of others) {
      expect(faster.time.totalSeconds.mid).toBeLessThan(earlier.time.totalSeconds.mid)
      expect(faster.cost.usd.mid).toBeGreaterThan(earlier.cost.usd.mid)
      earlier = faster
    }
  })

  it('that nobody can keep shows the fastest plan', async () => {
    const ran = await ftplan('solve deadline plan.yaml --max-hours 0.01', { files })
    expect(ran.code).toBe(3)
    expect(ran.out).toContain('deadline: no plan is done within 0.01 h')
    expect(ran.out).toContain('fastest')
  })
})

describe('own hardware', () => {
  it('pays off after the jobs whose rent makes up for it', async () => {
    const { code, solution } = await solved('break-even own.yaml')
    const { jobs, hours, hoursPerJob, purchaseUsd, ownUsdPerJob, rentUsdPerJob } = solution.figures
    expect(code).toBe(0)
    expect(purchaseUsd).toBe(1000)
    expect(solution.answer).toBe(jobs)
    expect(jobs).toBe(Math.ceil(1000 / (rentUsdPerJob - ownUsdPerJob)))
    expect(hours).toBeCloseTo((1000 / (rentUsdPerJob - ownUsdPerJob)) * hoursPerJob, 6)
    // The bill of a job on own hardware is its electricity: watts · hours · tariff.
    expect(ownUsdPerJob).toBeCloseTo(solution.plan.cost.energyKwh * 0.1, 9)
    expect(solution.others[0]).toMatchObject({ value: 'rented', plan: { owned: false, gpu: 'rtx4090' } })
  })

  it('never does when it is worn out before', async () => {
    const { code, solution } = await solved('break-even own.yaml --set ownership.lifetime_years=0.1')
    expect(code).toBe(3)
    expect(solution.answer).toBeNull()
    expect(solution.remarks.join()).toContain('it never pays: its life of 876.6 hours of use ends before')
  })
})

describe('the largest rank', () => {
  const hard = 'plan.yaml --examples 100000 --set training.task=math --min-retention'

  it('is not stopped by small ranks that lose too much', async () => {
    const { code, solution } = await solved(`rank ${hard} 0.96 --method full,lora`)
    expect(code).toBe(0)
    expect(await verdict(`${hard} 0.96 --method lora --rank 1`)).toBe('too-lossy')
    expect(await verdict(`${hard} 0.96 --method lora --rank ${solution.answer}`)).toBe('ok')
    expect(solution.above?.verdict ?? 'no-fit').toBe('no-fit')
  })

  it('is none where even the largest that fits loses too much, and says so', async () => {
    const { code, solution } = await solved(`rank ${hard} 1 --method full,lora`)
    expect(code).toBe(3)
    expect(solution.answer).toBeNull()
    expect(solution.above.verdict).toBe('too-lossy')
    expect(solution.above.plan.method).toBe('lora')
  })

  it('is asked of adapters only', async () => {
    const { code, err } = await solved('rank plan.yaml --method full')
    expect(code).toBe(2)
    expect(err).toContain('trains no adapters')
  })
})

describe('the largest model', () => {
  it('is chosen from the family of the model that the spec names', async () => {
    const { solution } = await solved('model own.yaml')
    expect(solution.answer).toMatch(/^llama-/)
    expect(solution.figures.parameters).toBeGreaterThan(8e9)
    expect(solution.above.verdict).toBe('no-fit')
  })

  it('or from a list of models and families', async () => {
    const { solution } = await solved('model own.yaml --among qwen2.5-0.5b,llama-3.1-70b --among qwen2.5-7b')
    expect(solution.answer).toBe('qwen2.5-7b')
    expect(solution.above.value).toBe('llama-3.1-70b')
    const unknown = await ftplan('solve model own.yaml --among lama', { files })
    expect(unknown.code).toBe(4)
    expect(unknown.err).toContain('unknown model "lama"')
  })
})

describe('the GPU', () => {
  it('is the cheapest that does it, and the smallest beside it', async () => {
    const { solution } = await solved('gpu plan.yaml')
    const [smallest, second] = solution.others
    expect(solution.answer).toBe(solution.plan.gpu)
    expect(smallest.value).toBe('smallest')
    const bytes = (one: { plan: { memory: { capacityBytes: number } } }) => one.plan.memory.capacityBytes
    expect(bytes(smallest)).toBeLessThanOrEqual(bytes(solution))
    expect(second.plan.cost.usd.mid).toBeGreaterThanOrEqual(solution.plan.cost.usd.mid)
    expect(
      new Set(solution.others.map(({ plan: { provider } }: { plan: { provider: string } }) => provider)),
    ).toEqual(new Set(['runpod', 'lambda']))
    const mixed = await ftplan('solve gpu mixed.yaml --json', {
      files: {
        'mixed.yaml': plan.replace(
          /hardware: .*/,
          'hardware: [{gpu: rtx4090, owned: true}, {gpu: a100-sxm-80gb, provider: runpod}]',
        ),
      },
    })
    expect(JSON.parse(mixed.out).plan.provider).toBe('runpod')
  })
})
