import { beforeAll, describe, expect, it } from 'vitest'
import type { JudgedClaim } from '../../src/core/domain/article.ts'
import type { Report } from '../../src/core/domain/report.ts'
import { formatBytes } from '../../src/render/format.ts'
import { ftplan } from '../support/host.ts'

const pinned = `version: 1
model: llama-3.1-8b
dataset: {examples: 5000, tokens: {mean: 300, max: 1024}, epochs: 2}
training: {method: qlora, micro_batch_size: 4, optimizer: adamw-fused, gradient_checkpointing: full}
hardware: {gpu: rtx4090, count: 1, owned: true}
`
const world = { files: { 'pinned.yaml': pinned } }

describe('ftplan accuracy --reference article', () => {
  let claims: readonly JudgedClaim[]
  let table: string
  let markdown: string
  beforeAll(async () => {
    const shown = async (format: string): Promise<string> =>
      (await ftplan(`accuracy --reference article --format ${format}`)).out
    claims = JSON.parse(await shown('json'))
    table = await shown('table')
    markdown = await shown('markdown')
  }, 60_000)
  const verdictOf = (id: string) => claims.find((claim) => claim.id === id)?.verdict

  it('judges all 68 claims, each with a reason', () => {
    expect(claims).toHaveLength(68)
    expect(claims.filter(({ reason }) => reason === '')).toEqual([])
  })

  it('finds what physics forbids, and what holds', () => {
    for (const id of [
      'memory-full-7b',
      'memory-full-70b',
      'memory-lora-70b',
      'memory-qlora-70b',
      'qlora-70b-on-24gb',
    ])
      expect(verdictOf(id), id).toBe('contradicts physics')
    expect(verdictOf('trainable-r16')).toBe('contradicts physics')
    expect(verdictOf('retention-lora-7b')).toBe('agrees')
    expect(verdictOf('time-lora-over-full-7b')).toBe('optimistic')
    expect(verdictOf('rlhf-needs-full')).toBe('pessimistic')
  })

  it('has no estimate below what must be there', () => {
    for (const { estimate, reason } of claims) {
      const bound = /states alone are ([\d.]+) GB/.exec(reason)?.[1]
      if (bound !== undefined) expect((estimate?.low ?? 0) + 0.05).toBeGreaterThanOrEqual(Number(bound))
    }
  })

  it('counts parameters and does not estimate them', () => {
    const claim = claims.find(({ id }) => id === 'trainable-r16')
    expect(claim?.estimate).toEqual({ low: 13_631_488, mid: 13_631_488, high: 13_631_488 })
    expect(claim?.reason).toContain('counted from the config of the model')
  })

  it('fits a terminal, every claim under its section', () => {
    expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    const words = table.replaceAll(/\s+/g, ' ')
    for (const { claim, verdict } of claims) expect(words).toContain(`${verdict}: ${claim}`)
    expect(table).toContain('68 claims of the article')
    expect(words).toContain('Case studies')
  })

  it('is one table in Markdown', () => {
    const rows = markdown.split('\n').filter((line) => /^\| (?!section|---)/.test(line))
    expect(rows).toHaveLength(68)
    expect(markdown).toContain('| 4,194,304 | 13,631,488 | contradicts physics |')
  })
})

describe('ftplan explain --baseline article', () => {
  it("shows the article's memory beside ours", async () => {
    const { out } = await ftplan('explain pinned.yaml --baseline article', world)
    // 16.06 GB of weights: 4 x 16.06 + 4 x 1024 x 16.06 x 0.1 = 6,642.6 GB
    expect(out).toContain(`the formula of the article: ${formatBytes(16_060_522_496 * (4 + 4 * 1024 * 0.1))}`)
    expect(out).toContain('activations/article: batch x sequence x model size x 0.1')
    expect(out).toMatch(/gradients: 15\.0 GiB, ours 160 MiB/)
  })

  it('adds a key to the report, and none without being asked', async () => {
    const of = async (flags: string): Promise<Report> =>
      JSON.parse((await ftplan(`explain pinned.yaml ${flags} --no-timestamp --json`, world)).out)
    const { baseline, ...plan } = (await of('--baseline article')).plans[0] ?? {}
    expect(baseline).toMatchObject({ name: 'article' })
    expect(plan).toEqual((await of('')).plans[0])
  })

  it('knows no other formula', async () => {
    expect((await ftplan('explain pinned.yaml --baseline hearsay', world)).code).toBe(2)
  })
})
