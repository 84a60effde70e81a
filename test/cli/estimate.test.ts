import { describe, expect, it } from 'vitest'
import { Interrupted } from '../../src/cli/host.ts'
import { run } from '../../src/cli/run.ts'
import { Report } from '../../src/core/domain/report.ts'
import { formats } from '../../src/render/index.ts'
import { fakeHost, ftplan, NOW } from '../support/host.ts'

const pinned = {
  model: 'llama-3.2-1b',
  dataset: { examples: 1000, tokens: { mean: 200, max: 512 }, epochs: 1 },
  training: { method: 'lora', micro_batch_size: 2, optimizer: 'adamw-fused', gradient_checkpointing: 'none' },
  hardware: { gpu: 'rtx4090', count: 1, owned: true },
}
const files = { 'plan.json': JSON.stringify(pinned) }

describe('ftplan estimate', () => {
  it('gives a report after its own schema, dated by the host', async () => {
    const { code, out, err } = await ftplan('estimate plan.json --json', { files })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const report = Report.parse(JSON.parse(out))
    expect(report).toMatchObject({ schemaVersion: '1.0', generator: { name: 'ftplan' }, verdict: 'ok' })
    expect(report.generatedAt).toBe(NOW.toISOString())
    expect(report.plans).toHaveLength(1)
  })

  it('leaves the time out when it is asked to, or when the epoch is fixed', async () => {
    const without = await ftplan('estimate plan.json --json --no-timestamp', { files })
    const fixed = await ftplan('estimate plan.json --json', {
      files,
      env: { SOURCE_DATE_EPOCH: '1764072000' },
    })
    for (const { out } of [without, fixed]) expect(JSON.parse(out)).not.toHaveProperty('generatedAt')
    expect((await ftplan('estimate plan.json', { files, env: { SOURCE_DATE_EPOCH: 'today' } })).code).toBe(2)
  })

  it('writes to a file with -o, and to several with --export', async () => {
    const line =
      'estimate plan.json -f json -o out/report.json --export csv=plans.csv --export html=plan.html'
    const { code, out, files: left } = await ftplan(line, { files })
    expect({ code, out }).toEqual({ code: 0, out: '' })
    expect(JSON.parse(String(left.get('/project/out/report.json'))).verdict).toBe('ok')
    expect(String(left.get('/project/plans.csv'))).toMatch(/^rank,id,verdict/)
    expect(String(left.get('/project/plan.html'))).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
  })

  it('colours a terminal, never a file or a pipe', async () => {
    expect((await ftplan('estimate plan.json', { files, tty: true })).out).toContain('\u001b[')
    expect((await ftplan('estimate plan.json', { files })).out).not.toContain('\u001b[')
    expect((await ftplan('estimate plan.json --color', { files })).out).toContain('\u001b[')
    expect(
      (await ftplan('estimate plan.json', { files, tty: true, env: { NO_COLOR: '1' } })).out,
    ).not.toContain('\u001b[')
    const { files: left } = await ftplan('estimate plan.json -o report.txt --color', { files, tty: true })
    expect(String(left.get('/project/report.txt'))).not.toContain('\u001b[')
  })

  it('takes its options from the environment too', async () => {
    expect(
      JSON.parse((await ftplan('estimate plan.json', { files, env: { FTPLAN_FORMAT: 'json' } })).out).verdict,
    ).toBe('ok')
    const wrong = await ftplan('estimate plan.json', { files, env: { FTPLAN_FORMAT: 'svg' } })
    expect(wrong).toMatchObject({ code: 2, out: '' })
    expect(wrong.err).toContain('FTPLAN_FORMAT')
  })

  it('gives every value of the spec its origin', async () => {
    const { out } = await ftplan('estimate plan.json --json --rank 4', { files, env: { FTPLAN_EPOCHS: '2' } })
    const { spec } = JSON.parse(out)
    expect(spec.model).toEqual({ value: 'llama-3.2-1b', origin: 'file' })
    expect(spec.training.lora.rank).toEqual({ value: 4, origin: 'flag' })
    expect(spec.dataset.epochs).toEqual({ value: 2, origin: 'env' })
    expect(spec.training.task.origin).toBe('default')
  })

  it('estimates a stream in order, one report a line, and ends with the worst code', async () => {
    const misfit = { ...pinned, model: 'llama-3.1-70b' }
    const documents = [pinned, misfit, { ...pinned, model: 'no-such-model' }, { ...pinned, traning: 1 }]
    const estimated = (count: number) =>
      ftplan('estimate - --json', {
        stdin: documents
          .slice(0, count)
          .map((one) => JSON.stringify(one))
          .join('\n---\n'),
      })
    const { code, out } = await estimated(4)
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map((line) => line.verdict ?? line.error.code)).toEqual([
      'ok',
      'no-fit',
      'not-found',
      'invalid-spec',
    ])
    expect(code).toBe(2)
    expect((await estimated(3)).code).toBe(4)
    expect((await estimated(2)).code).toBe(3)
  })

  it('names the document of a stream in its errors', async () => {
    const { err } = await ftplan('estimate -', { stdin: 'model: llama-3.2-1b\nx: 1\n---\nmodel: y\n' })
    expect(err).toMatch(/^error: document 1: stdin:2:1: .*\n[\s\S]*error: document 2: /)
  })

  it('overrides prices by card', async () => {
    const spec = { ...pinned, hardware: { gpu: 'rtx4090', count: 1, provider: 'runpod' } }
    const { out } = await ftplan('estimate - --json --price rtx4090=1.25', { stdin: JSON.stringify(spec) })
    expect(JSON.parse(out).plans[0].cost.price.usdPerGpuHour).toBe(1.25)
    for (const price of ['x', 'rtx4090=', '-1', '=2']) {
      expect((await ftplan(['estimate', '-', '--price', price], { stdin: JSON.stringify(spec) })).code).toBe(
        2,
      )
    }
  })

  it.each(formats)('says in %s what a plan that cannot be is missing, with exit code 3', async (format) => {
    const { code, out } = await ftplan(`estimate cannot-fit --format ${format}`)
    expect(code).toBe(3)
    expect(out.length).toBeGreaterThan(0)
  })

  it('ends with 2 when the result cannot be written', async () => {
    const { host, out, err } = fakeHost(['estimate', 'plan.json', '-o', '/root/x'], { files })
    const denied = {
      ...host,
      writeFile: () => {
        throw Object.assign(new Error('no'), { code: 'EACCES' })
      },
    }
    expect(await run(denied)).toBe(2)
    expect(out.text()).toBe('')
    expect(err.text()).toContain('/root/x cannot be written (EACCES)')
  })

  it('reports its own bugs with a stack and exit code 1', async () => {
    const { host, err } = fakeHost(['estimate', 'plan.json'], { files })
    const broken = {
      ...host,
      now: () => {
        throw new TypeError('the clock is gone')
      },
    }
    expect(await run(broken)).toBe(1)
    expect(err.text()).toMatch(/TypeError: the clock is gone\n\s+at [\s\S]*please report/)
  })

  it('ends with 130 when it is interrupted', async () => {
    const { host } = fakeHost(['estimate', '-'])
    const interrupted = { ...host, stdin: { isTTY: false, read: () => Promise.reject(new Interrupted()) } }
    expect(await run(interrupted)).toBe(130)
  })
})
