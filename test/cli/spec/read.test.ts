import { describe, expect, it } from 'vitest'
import { type ReadSpec, readSpecs, type SpecStream } from '../../../src/cli/spec/read.ts'
import { fakeHost, type World } from '../../support/host.ts'

const library = {
  scenario: (id: string) => (id === 'quickstart' ? { model: 'llama-3.1-8b', budget: { usd: 50 } } : null),
  defaultHardware: () => [
    { gpu: 'rtx4090', count: [1, 2] },
    { gpu: 'h100-sxm', provider: 'lambda' },
  ],
}

async function read(reference: string | undefined, flags: object = {}, world: World = {}) {
  const { host, err } = fakeHost([], world)
  return { ...(await readSpecs(reference, { ...flags }, host, library)), err: err.text() }
}

function only({ items }: SpecStream): ReadSpec {
  const [item] = items
  if (item === undefined || 'error' in item) throw item?.error ?? new Error('no spec')
  return item
}

/** The error of a spec that is written in a file. */
async function errorOf(text: string | Uint8Array, flags: object = {}, env: Record<string, string> = {}) {
  try {
    const stream = await read('plan.yaml', flags, { files: { 'plan.yaml': text }, env })
    const [item] = stream.items
    if (item !== undefined && 'error' in item) return item.error
  } catch (error) {
    if (error instanceof Error) return error as Error & { hint?: string; code?: string }
  }
  throw new Error('the spec was accepted')
}

describe('reading a spec', () => {
  it('reads a YAML file', async () => {
    const { spec } = only(
      await read('plan.yaml', {}, { files: { 'plan.yaml': 'model: qwen2.5-7b\nbudget: {usd: 5}\n' } }),
    )
    expect(spec).toEqual({ model: 'qwen2.5-7b', budget: { usd: 5 } })
  })

  it('reads JSON from standard input', async () => {
    const { spec } = only(await read('-', {}, { stdin: '{"model": "qwen2.5-7b"}' }))
    expect(spec.model).toBe('qwen2.5-7b')
  })

  it('takes ./ftplan.yaml when no file is named', async () => {
    expect(only(await read(undefined, {}, { files: { 'ftplan.yaml': 'model: a' } })).spec.model).toBe('a')
  })

  it('takes the quickstart when nothing is given, and says so', async () => {
    const stream = await read(undefined)
    expect(only(stream)).toMatchObject({
      spec: { model: 'llama-3.1-8b' },
      origins: { model: 'preset', 'budget.usd': 'preset' },
    })
    expect(stream.err).toContain('built-in example')
    expect((await read(undefined, { quiet: true })).err).toBe('')
  })

  it('starts from the defaults when only flags are given', async () => {
    expect(only(await read(undefined, { model: 'b' })).spec).toEqual({ model: 'b' })
    expect(only(await read(undefined, {}, { env: { FTPLAN_MODEL: 'c' } })).spec).toEqual({ model: 'c' })
  })

  it('takes a scenario by its id, but a file of that name first', async () => {
    expect(only(await read('quickstart')).spec.budget).toEqual({ usd: 50 })
    expect(only(await read('quickstart', {}, { files: { quickstart: 'model: mine' } })).spec).toEqual({
      model: 'mine',
    })
  })

  it('finds the files that a spec names beside the spec', async () => {
    const files = {
      'specs/plan.yaml': 'model: ./config.json\ndataset: {path: data.jsonl}',
      'specs/config.json': '{}',
    }
    const { spec } = only(await read('specs/plan.yaml', {}, { files }))
    expect(spec.model).toBe('specs/config.json')
    expect(spec.dataset?.path).toBe('data.jsonl')
  })

  it('takes an empty section as not given', async () => {
    const text = 'model: a\nbudget:\n  # usd: 5\ntraining:\n  lora:\n'
    expect(only(await read('plan.yaml', {}, { files: { 'plan.yaml': text } })).spec).toEqual({
      model: 'a',
      training: {},
    })
  })
})

describe('flags and environment', () => {
  const files = {
    'plan.yaml': 'model: a\ntraining: {lora: {rank: 8, alpha: 16}, method: full}\nbudget: {usd: 5}\n',
  }

  it('win over the file, the flag over the environment, and every origin is recorded', async () => {
    const env = { FTPLAN_RANK: '32', FTPLAN_TRAINING__LORA__ALPHA: '64', FTPLAN_MAX_USD: '7' }
    const { spec, origins } = only(
      await read('plan.yaml', { maxUsd: '9', method: ['lora,qlora'] }, { files, env }),
    )
    expect(spec.training).toEqual({ lora: { rank: 32, alpha: 64 }, method: ['lora', 'qlora'] })
    expect(spec.budget).toEqual({ usd: 9 })
    expect(origins).toMatchObject({
      'training.lora.rank': 'env',
      'training.lora.alpha': 'env',
      'training.method': 'flag',
      'budget.usd': 'flag',
    })
    expect(origins.model).toBeUndefined()
  })

  it('reach every other key with --set', async () => {
    const set = [
      'training.lora.dropout=0.05',
      'training.stack_release=2024-06',
      'needs=[rlhf]',
      'training.compile=true',
    ]
    const { spec, origins } = only(await read('plan.yaml', { set }, { files }))
    expect(spec.training).toMatchObject({
      lora: { rank: 8, dropout: 0.05 },
      stack_release: '2024-06',
      compile: true,
    })
    expect(spec.needs).toEqual(['rlhf'])
    expect(origins['training.lora.dropout']).toBe('flag')
  })

  it('reach into lists of the file', async () => {
    const world = { files: { 'plan.yaml': 'hardware: [{gpu: a}, {gpu: b, count: 2}]' } }
    const { spec } = only(await read('plan.yaml', { set: ['hardware[1].count=4'] }, world))
    expect(spec.hardware).toEqual([{ gpu: 'a' }, { gpu: 'b', count: 4 }])
  })

  it('keep what the file says about the cards that --gpu names', async () => {
    const world = { files: { 'plan.yaml': 'hardware: [{gpu: [a, b], count: 8, provider: p}, {gpu: c}]' } }
    const { spec } = only(await read('plan.yaml', { gpu: ['a', 'z'], gpus: ['2,4'] }, world))
    expect(spec.hardware).toEqual([
      { gpu: 'a', count: [2, 4], provider: 'p' },
      { gpu: 'z', count: [2, 4] },
    ])
  })

  it('apply counts and providers to the default cards when there are no others', async () => {
    const { spec } = only(await read(undefined, { gpus: ['8'] }))
    expect(spec.hardware).toEqual([
      { gpu: 'rtx4090', count: 8 },
      { gpu: 'h100-sxm', provider: 'lambda', count: 8 },
    ])
  })

  it('make cards your own, or rented', async () => {
    const world = {
      files: { 'plan.yaml': 'hardware: [{gpu: a, provider: p, commitment: spot}, {gpu: b, owned: true}]' },
    }
    expect(only(await read('plan.yaml', { owned: true }, world)).spec.hardware).toEqual([
      { gpu: 'a', owned: true },
      { gpu: 'b', owned: true },
    ])
    expect(only(await read('plan.yaml', { provider: ['q'] }, world)).spec.hardware).toEqual([
      { gpu: 'a', provider: 'q', commitment: 'spot' },
      { gpu: 'b', provider: 'q' },
    ])
  })

  it.each([
    [{ rank: ['x'] }, '--rank: training.lora.rank: "x" is not a number or a list'],
    [{ method: ['qlorra'] }, '--method: training.method: "qlorra" is not one of full, lora, qlora'],
    [{ set: ['training.ranks=5'] }, '--set training.ranks: training has no key "ranks"'],
    [{ set: ['novalue'] }, '--set novalue: it is KEY=VALUE'],
    [{ set: ['__proto__.x=1'] }, '--set __proto__.x: the spec has no key "__proto__"'],
    [{ gpu: ['a'], gpus: ['0'] }, '--gpus: hardware[0].count: 0 is out of range: it is more than 0'],
  ])('are named by an error about their value: %j', async (flags, sentence) => {
    expect((await errorOf('model: a', flags)).message).toContain(sentence)
  })

  it('names the variable in an error about the environment', async () => {
    expect((await errorOf('model: a', {}, { FTPLAN_EPOCHS: '-1' })).message).toMatch(
      /^FTPLAN_EPOCHS: dataset\.epochs: -1 /,
    )
    expect((await errorOf('model: a', {}, { FTPLAN_BUDGET__EUR: '1' })).message).toMatch(
      /^FTPLAN_BUDGET__EUR: budget has no key "eur"/,
    )
  })
})

describe('a stream of specs', () => {
  it('keeps its order and isolates what is broken', async () => {
    const stdin = '{"model": "a"}\n---\n{"modle": "b"}\n---\nmodel: c\n---\nmodel: [\n---\n{"model": "e"}\n'
    const { many, items } = await read('-', {}, { stdin })
    expect(many).toBe(true)
    expect(items.map((item) => ('error' in item ? item.error.message : item.spec.model))).toEqual([
      'a',
      'stdin:3:2: the spec has no key "modle"',
      'c',
      expect.stringMatching(/^stdin:[78]:\d+: this is no YAML/),
      'e',
    ])
  })

  it('ignores marks before the first and after the last document, not between', async () => {
    const { items } = await read('-', {}, { stdin: '# specs\n---\nmodel: a\n---\n---\nmodel: b\n---\n' })
    expect(items.map((item) => ('error' in item ? item.error.message : item.spec.model))).toEqual([
      'a',
      expect.stringContaining('is empty'),
      'b',
    ])
  })

  it('with one document is no stream', async () => {
    expect((await read('-', {}, { stdin: '---\nmodel: a\n' })).many).toBe(false)
  })
})

describe('a bad spec', () => {
  it.each([
    [
      'an unknown key',
      'model: a\ntraning:\n  method: full\n',
      'plan.yaml:2:1: the spec has no key "traning"',
      'did you mean training?',
    ],
    [
      'a key at the wrong place',
      'rank: 8\n',
      'plan.yaml:1:1: the spec has no key "rank"',
      'did you mean training.lora.rank?',
    ],
    [
      'a word outside its list',
      'training:\n  method: [full, qlorra]\n',
      'plan.yaml:2:18: training.method[1]: "qlorra" is not one of',
      'did you mean qlora',
    ],
    [
      'a wrong type',
      'dataset:\n  examples: many\n',
      'plan.yaml:2:13: dataset.examples: "many" is not a number',
      undefined,
    ],
    [
      'a negative number',
      'dataset: {examples: -3}\n',
      'dataset.examples: -3 is out of range: it is more than 0',
      undefined,
    ],
    ['an absurd number', 'dataset: {examples: 1e30}\n', 'dataset.examples: 1e+30 ', undefined],
    [
      'a fraction of a GPU',
      'hardware: {gpu: a, count: 1.5}\n',
      'hardware.count: 1.5 is not a whole number',
      undefined,
    ],
    ['not a number', 'budget: {usd: .nan}\n', 'budget.usd: NaN is not a number', undefined],
    ['infinity', 'budget: {usd: .inf}\n', 'budget.usd: Infinity is not a number', undefined],
    ['a missing key', 'hardware: [{count: 2}]\n', 'plan.yaml:1:12: hardware[0].gpu is missing', undefined],
    ['a list', '- model: a\n', 'the spec: a list is not a map of keys', undefined],
    ['a scalar', 'llama\n', 'the spec: "llama" is not a map of keys', undefined],
    ['an empty list', 'training: {method: []}\n', 'training.method: a list is an empty list', undefined],
    ['a key twice', 'model: a\nmodel: b\n', 'plan.yaml:2:1: the key model stands there twice', undefined],
    [
      'a key twice in JSON',
      '{"model": "a", "model": "b"}',
      'plan.yaml:1:16: the key model stands there twice',
      undefined,
    ],
    ['an unknown version', 'version: 2\n', 'plan.yaml:1:10: version: 2 is not 1', undefined],
    ['an unknown tag', 'model: !env HOME\n', 'plan.yaml:1:8: this is no YAML', undefined],
    ['an empty value', 'model:\n', 'model: an empty value is not text', undefined],
    ['a __proto__ key', '{"__proto__": {"model": "a"}}', 'the spec has no key "__proto__"', undefined],
    ['a key of every object', 'constructor: 1\n', 'the spec has no key "constructor"', undefined],
    ['no text', '', 'plan.yaml is empty', 'ftplan init'],
    ['comments alone', '# nothing\n\n', 'plan.yaml is empty', 'ftplan init'],
    ['broken YAML', 'model: [a\nbudget: }\n', 'this is no YAML', undefined],
    ['an unclosed JSON object', '{"model": "a"', 'this is no YAML', undefined],
    ['endless nesting', '['.repeat(20_000), 'nested', undefined],
    ['endless nesting in JSON', `{"model": ${'['.repeat(5000)}${']'.repeat(5000)}}`, 'nested', undefined],
  ])('with %s is refused', async (_, text, sentence, hint) => {
    const error = await errorOf(text)
    expect(error.message).toContain(sentence)
    expect(error.message).not.toContain('\n')
    if (hint !== undefined) expect(error.hint).toContain(hint)
    expect(error.code).toBe('invalid-spec')
  })

  it('counts its other problems', async () => {
    expect((await errorOf('budget: {usd: -1}\ndataset: {epochs: -1}\n')).message).toContain(
      '(and 1 more problem)',
    )
  })

  it('with aliases of aliases is refused quickly', async () => {
    const lines = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`)
    expect((await errorOf(`a0: &a0 [x]\n${lines.join('\n')}\n`)).message).toMatch(/aliases|no key/)
  })

  it('that is no text is refused', async () => {
    expect((await errorOf(new Uint8Array([0x6d, 0, 0x6f]))).message).toContain('binary')
    expect((await errorOf(new Uint8Array([0x6d, 0x3a, 0x20, 0xe9]))).message).toContain('not UTF-8')
    expect((await errorOf(new Uint8Array([0xff, 0xfe, 0x6d, 0]))).message).toContain('UTF-16')
  })

  it('that is missing, or a directory, is a usage error', async () => {
    await expect(read('nowhere.yaml')).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('no such file'),
    })
    await expect(read('specs', {}, { files: { 'specs/a.yaml': '' } })).rejects.toMatchObject({
      message: expect.stringContaining('is a directory'),
    })
  })

  it('of a hundred MiB is refused by its size', async () => {
    const huge = new Uint8Array(33 * 2 ** 20).fill(0x20)
    expect((await errorOf(huge)).message).toContain('33 MiB')
  })
})
