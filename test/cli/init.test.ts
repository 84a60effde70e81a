import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { Spec } from '../../src/core/domain/spec.ts'
import { ftplan } from '../support/host.ts'

const written = (ran: Awaited<ReturnType<typeof ftplan>>): string =>
  String(ran.files.get('/project/ftplan.yaml') ?? '')

describe('ftplan init', () => {
  it('writes a valid spec of nothing but comments when nothing is asked for', async () => {
    const ran = await ftplan('init')
    expect(ran).toMatchObject({ code: 0, out: '' })
    expect(parse(written(ran))).toEqual({ version: 1 })
  })

  it('writes what the flags say, commented', async () => {
    const ran = await ftplan(
      'init --model qwen2.5-7b --method lora,qlora --gpu rtx4090 --gpus 1,2 --max-usd 50 --set training.lora.dropout=0.1 --set needs=[rlhf]',
    )
    const spec = parse(written(ran))
    expect(Spec.parse(spec)).toEqual({
      version: 1,
      model: 'qwen2.5-7b',
      training: { method: ['lora', 'qlora'], lora: { dropout: 0.1 } },
      hardware: [{ gpu: 'rtx4090', count: [1, 2] }],
      budget: { usd: 50 },
      needs: ['rlhf'],
    })
    expect(written(ran)).toContain('# most that the run may cost')
  })

  it('has examples in its comments that are valid too', async () => {
    const text = written(await ftplan('init'))
    const uncommented = text
      .split('\n')
      .filter(
        (line) =>
          /^\s*#\s*([\w]+:|- \{)/.test(line) && !line.includes('server') && !line.includes('Estimate'),
      )
      .map((line) => line.replace('# ', ''))
      .join('\n')
    expect(Spec.safeParse(parse(uncommented)).error?.message).toBeUndefined()
    expect(Object.keys(parse(uncommented))).toEqual(
      expect.arrayContaining(['model', 'dataset', 'training', 'hardware', 'budget', 'quality', 'objective']),
    )
  })

  it('never replaces a file by itself', async () => {
    const files = { 'ftplan.yaml': 'model: mine' }
    expect(await ftplan('init', { files })).toMatchObject({ code: 2 })
    expect((await ftplan('init --force', { files })).code).toBe(0)
  })

  it('asks on a terminal, and says the equal command line', async () => {
    const ran = await ftplan('init', { tty: true, answers: ['qwen2.5-7b', '', '300', 'rtx4090,l40s'] })
    expect(parse(written(ran))).toMatchObject({
      model: 'qwen2.5-7b',
      dataset: { tokens: { mean: 300 } },
      hardware: [{ gpu: 'rtx4090' }, { gpu: 'l40s' }],
    })
    expect(ran.err).toContain('ftplan init --model qwen2.5-7b --mean-tokens 300 --gpu rtx4090,l40s')
  })

  it('never asks in a build or with --no-input', async () => {
    expect((await ftplan('init', { tty: true, env: { CI: 'true' }, answers: ['x'] })).err).not.toContain(
      'Model',
    )
    expect((await ftplan('init --no-input', { tty: true, answers: ['x'] })).err).not.toContain('Model')
  })

  it('refuses wrong values before it writes anything', async () => {
    const ran = await ftplan('init --epochs -1')
    expect(ran.code).toBe(2)
    expect(ran.files.size).toBe(0)
  })

  it('writes to standard output with -o -', async () => {
    expect((await ftplan('init -o -')).out).toContain('version: 1')
  })
})
