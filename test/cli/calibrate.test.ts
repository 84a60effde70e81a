import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ftplan } from '../support/host.ts'

const env = { HOME: '/home/me' }
const place = '/home/me/.local/share/ftplan/calibration-own.yaml'

const spec = `model: llama-3.1-8b
dataset: {examples: 800, epochs: 1, tokens: {mean: 2048, max: 2048}, packing: true}
training:
  task: instruct
  method: qlora
  sequence_length: 2048
  global_batch_size: 8
  micro_batch_size: 2
  optimizer: adamw
  gradient_checkpointing: full
  attention: flash
  precision: bf16-mixed
  loss: materialized
  kernels: none
  stack: trl
  sharding: none
hardware: {gpu: rtx4090, count: 1, owned: true}
`

const row = (measured: string, more = ''): string => `- spec: plan.yaml\n  measured: {${measured}}\n${more}`
const files = (more: Readonly<Record<string, string | Uint8Array>> = {}) => ({ 'plan.yaml': spec, ...more })

const estimated = async (own: string | undefined, flags = '') => {
  const ran = await ftplan(`estimate plan.yaml --json --no-timestamp ${flags}`, {
    env,
    files: files(own === undefined ? {} : { [place]: own }),
  })
  return { ...ran, report: ran.code === 2 ? null : JSON.parse(ran.out) }
}

const learnt = async (runs: string): Promise<string> => {
  const ran = await ftplan('calibrate runs.yaml', { env, files: files({ 'runs.yaml': runs }) })
  expect(ran).toMatchObject({ code: 0, err: '' })
  return String(ran.files.get(place))
}

describe('ftplan calibrate', () => {
  it('learns from own runs, and later estimates say so', async () => {
    const world = {
      env,
      files: files({ 'runs.yaml': row('reserved_gib: 14, step_seconds: 9') }),
      columns: 120,
    }
    const ran = await ftplan('calibrate runs.yaml --json', world)
    expect(ran).toMatchObject({ code: 0, err: '' })
    const result = JSON.parse(ran.out)
    expect(result).toMatchObject({ file: place, saved: true, problems: [] })
    expect(result.runs[0]).toMatchObject({ name: 'runs.yaml#1', stack: 'trl', gpu: 'rtx4090' })
    for (const { errorBefore, errorAfter } of result.runs[0].comparisons)
      expect(Math.abs(errorAfter)).toBeLessThan(Math.abs(errorBefore))
    const own = String(ran.files.get(place))
    const [before, after, without] = [
      await estimated(undefined),
      await estimated(own),
      await estimated(own, '--no-own-calibration'),
    ]
    expect(without.out).toBe(before.out)
    const [plan, corrected] = [before.report.plans[0], after.report.plans[0]]
    expect(corrected.memory.allocatedBytes).toEqual(plan.memory.allocatedBytes)
    expect(corrected.memory.requiredBytes.mid).toBeLessThan(plan.memory.requiredBytes.mid)
    expect(corrected.time.stepSeconds.mid).toBeLessThan(plan.time.stepSeconds.mid)
    expect(after.report.catalog).toEqual(before.report.catalog)
    const notes = corrected.notes.map(({ code, args }: { code: string; args: object }) => ({ code, args }))
    expect(notes).toContainEqual({
      code: 'own-calibration-time',
      args: { count: 1, stack: 'trl', factor: expect.any(Number) },
    })
    expect(notes.map(({ code }: { code: string }) => code)).toContain('own-calibration-memory')
    const said = after.report.notes.map(({ code }: { code: string }) => code)
    expect(said).toEqual(expect.arrayContaining(['own-calibration-memory', 'own-calibration-time']))
  })

  it('prints what was predicted, measured, and how far both are apart before and after', async () => {
    const runs = `${row('allocated_gib: 13, step_seconds: 9')}  id: monday\n- {spec: plan.yaml, oom: true}\n`
    const { out } = await ftplan('calibrate runs.yaml --dry-run', {
      env,
      files: files({ 'runs.yaml': runs }),
    })
    expect(out).toMatch(/run +counter +predicted +measured +error +error after/)
    expect(out).toMatch(/monday +allocated +[\d.]+ GiB +13\.0 GiB +\+[\d.]+ %/)
    expect(out).toMatch(/monday +step +[\d.]+ s +9\.00 s/)
    expect(out).toMatch(/runs\.yaml#2 +required +[\d.]+ GiB +above 24\.0 GiB/)
    expect(out).toContain('allocated is physics alone')
  })

  it('reads rows of presets/runs, streams, and specs that stand in the row', async () => {
    const indented = spec.replaceAll(/^(?=.)/gm, '    ')
    const list = `id: mine\nname: My runs\nrows:\n- id: a\n  group: g\n  url: "https://example.org"\n  quality: A\n  spec:\n${indented}  measured: {step_seconds: 9}\n`
    const stream = `spec: plan.yaml\nmeasured: {step_seconds: 9.1}\n---\n- {spec: ./plan.yaml, measured: {step_seconds: 9.2}}\n`
    const ran = await ftplan('calibrate list.yaml stream.yaml rows.json --json', {
      env,
      files: files({
        'list.yaml': list,
        'stream.yaml': stream,
        'rows.json': JSON.stringify([{ spec: 'plan.yaml', measured: { tokens_per_second_per_gpu: 1700 } }]),
      }),
    })
    expect(ran.code).toBe(0)
    expect(JSON.parse(ran.out).runs.map(({ name }: { name: string }) => name)).toEqual([
      'a',
      'stream.yaml#1',
      'stream.yaml#2',
      'rows.json#1',
    ])
  })

  it('reads standard input, and takes the spec of --spec where a row has none', async () => {
    const ran = await ftplan('calibrate - --spec plan.yaml', {
      env,
      files: files(),
      stdin: 'measured: {step_seconds: 9}',
    })
    expect(ran.code).toBe(0)
    expect(parse(String(ran.files.get(place))).runs[0]).toMatchObject({ from: 'standard input' })
  })

  it('replaces the runs of a file that it reads again, and counts no run twice', async () => {
    const first = await learnt(row('step_seconds: 9') + row('step_seconds: 9.5'))
    const again = await ftplan('calibrate runs.yaml', {
      env,
      files: files({ [place]: first, 'runs.yaml': row('step_seconds: 10') }),
    })
    expect(parse(String(again.files.get(place))).runs).toHaveLength(1)
    const copied = await ftplan('calibrate copy.yaml', {
      env,
      files: files({ [place]: first, 'copy.yaml': row('step_seconds: 9') }),
    })
    expect(parse(String(copied.files.get(place))).runs).toHaveLength(2)
  })

  it('keeps a spec that names files whole, so that it can be estimated anywhere', async () => {
    const config = {
      model_type: 'llama',
      hidden_size: 1024,
      intermediate_size: 2816,
      num_attention_heads: 16,
    }
    const more = { num_hidden_layers: 8, vocab_size: 32000, num_key_value_heads: 16, rms_norm_eps: 1e-5 }
    const ran = await ftplan('calibrate sub/runs.yaml', {
      env,
      files: {
        'sub/plan.yaml': spec.replace('llama-3.1-8b', './config.json'),
        'sub/config.json': JSON.stringify({ ...config, ...more, tie_word_embeddings: false }),
        'sub/runs.yaml': row('step_seconds: 1'),
      },
    })
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(parse(String(ran.files.get(place))).runs[0].spec.model.config).toMatchObject(config)
  })

  it('saves nothing on a dry run', async () => {
    const ran = await ftplan('calibrate runs.yaml --dry-run', {
      env,
      files: files({ 'runs.yaml': row('step_seconds: 9') }),
    })
    expect(ran.code).toBe(0)
    expect(ran.out).toContain('nothing was saved')
    expect(ran.files.has(place)).toBe(false)
  })

  it('predicts runs again that another version predicted', async () => {
    const own = await learnt(row('step_seconds: 9'))
    const mid = parse(own).runs[0].predicted.step_seconds.mid
    const old = own.replace(/predicted_by: .*/, 'predicted_by: ftplan 0.0.1').replaceAll(String(mid), '1')
    expect(old).not.toBe(own)
    const [a, b] = [await estimated(own), await estimated(old)]
    expect(b.report.plans).toEqual(a.report.plans)
  })

  it('keeps own runs in a folder of presets where one is named', async () => {
    const world = { env: {}, files: files({ 'runs.yaml': row('step_seconds: 9') }) }
    const ran = await ftplan('calibrate runs.yaml --presets own', world)
    const own = String(ran.files.get('/project/own/calibration-own.yaml'))
    expect(parse(own).runs).toHaveLength(1)
    const there = { env: {}, files: files({ 'own/calibration-own.yaml': own }) }
    const after = await ftplan('estimate plan.yaml --json --presets own', there)
    expect(after.out).toContain('own-calibration-time')
    const homeless = await ftplan('calibrate runs.yaml', world)
    expect(homeless).toMatchObject({ code: 2 })
    expect(homeless.err).toContain('HOME is not set')
  })
})

describe('logs and snapshots', () => {
  const log = JSON.stringify({
    global_step: 100,
    log_history: [{ loss: 1 }, { step: 100, train_runtime: 900, train_steps_per_second: 0.111 }],
  })
  const snapshot = JSON.stringify({
    segments: [{ device: 0, total_size: 17 * 2 ** 30, allocated_size: 9 * 2 ** 30 }],
    device_traces: [[{ action: 'free_requested', size: 4 * 2 ** 30 }]],
  })

  it('are read beside a spec', async () => {
    const ran = await ftplan('calibrate trainer_state.json snapshot.json --spec plan.yaml', {
      env,
      files: files({ 'trainer_state.json': log, 'snapshot.json': snapshot }),
    })
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toContain('train_runtime holds evaluation and saving too')
    const { runs } = parse(String(ran.files.get(place)))
    expect(runs.map(({ measured }: { measured: object }) => measured)).toEqual([
      { step_seconds: 9 },
      { allocated_gib: 13, reserved_gib: 17 },
    ])
  })

  it('need that spec', async () => {
    const ran = await ftplan('calibrate trainer_state.json', {
      env,
      files: files({ 'trainer_state.json': log }),
    })
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain('--spec FILE')
  })

  it.each([
    ['snapshot.pickle', new Uint8Array([0x80, 0x04, 0x95, 0])],
    ['snapshot.pt', new Uint8Array([0x50, 0x4b, 3, 4])],
  ])('are refused as a pickle, with the way out: %s', async (name, content) => {
    const ran = await ftplan(`calibrate ${name} --spec plan.yaml`, { env, files: files({ [name]: content }) })
    expect(ran.code).toBe(2)
    expect(ran.err).toContain('is a pickle')
    expect(ran.err).toContain('json.dump(pickle.load(open(')
  })
})

describe('own scores', () => {
  const flags = '--full 0.704 --method qlora --score 0.674 --n 1319 --task instruct'

  it('count in the retention of later estimates', async () => {
    const ran = await ftplan(`calibrate ${flags}`, { env })
    expect(ran).toMatchObject({ code: 0, err: '' })
    const own = String(ran.files.get(place))
    expect(parse(own).scores).toEqual([
      { method: 'qlora', task: 'instruct', rank: null, full: 0.704, score: 0.674, n: 1319 },
    ])
    const { report } = await estimated(own)
    expect(report.plans[0].retention).toMatchObject({ grade: 'A' })
    expect(report.notes).toContainEqual(expect.objectContaining({ code: 'own-scores', args: { count: 1 } }))
    const twice = await ftplan(`calibrate ${flags}`, { env, files: { [place]: own } })
    expect(parse(String(twice.files.get(place))).scores).toHaveLength(1)
  })

  it.each([
    ['--full 0.7 --score 0.6', 'a score needs --method, --n too'],
    ['--rank 8', 'a score needs --full, --method, --score, --n too'],
    [`${flags} --rank 0`, '--rank 0 is no whole number above 0'],
    [flags.replace('0.704', '70.4'), 'full: 70.4 is not above 0 and at most 1'],
    [flags.replace('qlora', 'qlor'), 'did you mean qlora'],
    [flags.replace('qlora', 'full'), '--method full'],
    [flags.replace('instruct', 'maths'), 'did you mean math'],
    [flags.replace('1319', '12.5'), 'n: 12.5 is not a whole number'],
  ])('%s is an error', async (words, sentence) => {
    const ran = await ftplan(`calibrate ${words}`, { env })
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain(sentence)
  })
})

describe('what cannot be learnt from', () => {
  const batchOpen = spec.replace('  micro_batch_size: 2\n', '')

  it.each([
    ['a run without spec', '- measured: {step_seconds: 9}', 'runs.yaml:1:3: the run has no spec'],
    ['an unknown figure', row('step_second: 9'), 'runs.yaml:2:14: measured has no key "step_second"'],
    ['an unknown key', row('step_seconds: 9', '  ooom: true\n'), 'runs.yaml:3:3: a run has no key "ooom"'],
    [
      'a figure of 0',
      row('allocated_gib: 0'),
      'runs.yaml:2:29: measured.allocated_gib: 0 is out of range: it is more than 0',
    ],
    ['a negative figure', row('step_seconds: -1'), 'measured.step_seconds: -1 is out of range'],
    ['a figure that is none', row('step_seconds: fast'), 'measured.step_seconds: "fast" is not a number'],
    ['a run without figures', row(''), 'runs.yaml:2:13: the run measured nothing'],
    [
      'a spec that allows several plans',
      '- {spec: open.yaml, measured: {step_seconds: 9}}',
      'runs.yaml:1:3: run runs.yaml#1: the spec allows 4 plans',
    ],
    [
      'the knobs that a spec leaves open',
      '- {spec: open.yaml, measured: {step_seconds: 9}}',
      'training.micro_batch_size is open',
    ],
    [
      'a spec that is not there',
      '- {spec: nowhere.yaml, measured: {step_seconds: 9}}',
      'nowhere.yaml: there is no such file',
    ],
    [
      'a mistake in the file of a spec',
      '- {spec: typo.yaml, measured: {step_seconds: 9}}',
      'typo.yaml:1:1: the spec has no key "modl"',
    ],
    [
      'a mistake in a spec in the row',
      '- {spec: {modl: x}, measured: {step_seconds: 9}}',
      'runs.yaml:1:11: the spec has no key "modl"',
    ],
    [
      'a card that nobody knows',
      '- {spec: far.yaml, measured: {step_seconds: 9}}',
      'runs.yaml:1:3: run runs.yaml#1: ',
    ],
    [
      'less memory than the weights take',
      row('reserved_gib: 3'),
      'reserved: 3 GiB were measured, but the weights alone take 7.27 GiB',
    ],
    ['a step a thousand times too long', row('step_seconds: 9000'), 'a step of 9000 s was measured'],
    ['a row that is no run', '- 7', 'runs.yaml:1:3: '],
    ['what is no YAML', 'a: [', 'runs.yaml:1:'],
  ])('names %s and its place', async (_, runs, sentence) => {
    const ran = await ftplan('calibrate runs.yaml', {
      env,
      files: files({
        'runs.yaml': runs,
        'open.yaml': batchOpen,
        'typo.yaml': 'modl: x\n',
        'far.yaml': spec.replace('rtx4090', 'rtx4091'),
      }),
    })
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain(sentence)
    expect(ran.err).toContain('nothing was saved')
    expect(ran.files.has(place)).toBe(false)
  })

  it('keeps the rest from being saved unless the user says so', async () => {
    const world = { env, files: files({ 'runs.yaml': row('step_seconds: 9') + row('step_seconds: 0') }) }
    const ran = await ftplan('calibrate runs.yaml --json', world)
    expect(ran.code).toBe(2)
    expect(ran.err).toContain('1 run is unusable: nothing was saved')
    expect(JSON.parse(ran.out)).toMatchObject({ saved: false, problems: [{ place: 'runs.yaml:3:3' }] })
    expect(ran.files.has(place)).toBe(false)
    const partial = await ftplan('calibrate runs.yaml --partial', world)
    expect(partial.code).toBe(0)
    expect(partial.err).toContain('runs.yaml:4:28')
    expect(parse(String(partial.files.get(place))).runs).toHaveLength(1)
  })

  it('is an object for machines too where nothing is usable', async () => {
    const ran = await ftplan('calibrate runs.yaml --json', { env, files: { 'runs.yaml': '- {}' } })
    expect(ran.code).toBe(2)
    expect(JSON.parse(ran.out)).toMatchObject({
      saved: false,
      runs: [],
      problems: [{ place: 'runs.yaml:1:3' }],
    })
  })

  it('is a call without anything to learn from, or with too much to do', async () => {
    for (const words of ['', '--list --reset', 'runs.yaml --reset', '--list --rank 8']) {
      const ran = await ftplan(`calibrate ${words}`, {
        env,
        files: files({ 'runs.yaml': row('step_seconds: 9') }),
      })
      expect(ran, words).toMatchObject({ code: 2, out: '' })
    }
  })
})

describe('what is on file', () => {
  it('is listed', async () => {
    const own = await learnt(row('step_seconds: 9'))
    const ran = await ftplan('calibrate --list', { env, files: { [place]: own } })
    expect(ran.out).toMatch(/runs\.yaml#1 +step/)
    expect(ran.out).toMatch(/trl +any +step time +1 +0\.\d\d/)
    const nothing = await ftplan('calibrate --list', { env })
    expect(nothing.out).toContain(`nothing is on file in ${place}`)
  })

  it('is removed, also where it is broken', async () => {
    const ran = await ftplan('calibrate --reset', { env, files: files({ [place]: 'version: 9' }) })
    expect(ran).toMatchObject({ code: 0, err: '' })
    const own = String(ran.files.get(place))
    expect(parse(own)).toMatchObject({ runs: [], scores: [] })
    expect((await estimated(own)).out).toBe((await estimated(undefined)).out)
    const never = await ftplan('calibrate --reset', { env })
    expect(never.out).toContain('there was nothing to remove')
    expect(never.files.has(place)).toBe(false)
  })

  it.each([
    ['another version', 'version: 9'],
    ['no YAML', 'runs: ['],
    ['an unknown key', 'version: 1\npredicted_by: x\nruns: []\nscores: []\nrnus: []'],
  ])('is an error with a way out where it is broken, never ignored: %s', async (_, text) => {
    const ran = await estimated(text)
    expect(ran.code).toBe(2)
    expect(ran.err).toContain(place)
    expect(ran.err).toContain('--reset')
    expect((await estimated(text, '--no-own-calibration')).code).toBe(0)
  })

  it('is an error with its name where a run of another version cannot be estimated any more', async () => {
    const own = await learnt(row('step_seconds: 9'))
    const old = own
      .replace(/predicted_by: .*/, 'predicted_by: x')
      .replace('stack: trl\n        sharding', 'stack: gone\n        sharding')
    const ran = await estimated(old)
    expect(ran.err).toContain(`${place}: run runs.yaml#1 cannot be estimated`)
  })
})
