import { describe, expect, it } from 'vitest'
import { ftplan, type World } from '../support/host.ts'

/** A spec with one plan: figures that change here changed for a reason. */
const pinned = `version: 1
model: llama-3.1-8b
dataset: {examples: 5000, tokens: {mean: 300, max: 1024}, epochs: 2}
training:
  method: qlora
  micro_batch_size: 4
  optimizer: adamw-fused
  gradient_checkpointing: full
hardware: {gpu: rtx4090, count: 1, owned: true}
`
const choice = `version: 1
model: llama-3.1-8b
dataset: {examples: 5000, tokens: {mean: 300, max: 1024}, epochs: 2}
hardware: {gpu: [rtx4090, a100-sxm-80gb], count: 1, provider: [runpod, lambda]}
budget: {usd: 20, hours: 12}
`

const files = {
  'pinned.yaml': pinned,
  'choice.yaml': choice,
  'dear.yaml': `${choice}`.replace('usd: 20', 'usd: 0.1'),
  'longer.yaml': pinned.replace('epochs: 2', 'epochs: 4'),
  'typo.yaml': 'version: 1\nmodel: llama-3.1-8b\ntraining:\n  methd: qlora\n',
  'stream.json': '{"model": "llama-3.1-8b", "trainig": {}}\n---\n{"model": "nothing-like-it"}\n',
  'train.jsonl': '{"text": "one two three four"}\n{"text": "five six"}\n',
}

/** One file a command line: what it prints, and how it ends. */
const lines: readonly string[] = [
  '',
  '--version',
  '--help',
  'estimate --help',
  'estimat pinned.yaml',
  'estimate --gpuz h100-sxm',
  'estimate --format svg',
  'estimate --no-timestamp',
  'estimate choice.yaml',
  'estimate choice.yaml --all --top 3',
  'estimate choice.yaml --objective cost --top 2',
  'estimate pinned.yaml --data train.jsonl',
  ...['json', 'yaml', 'csv', 'markdown', 'html', 'github', 'junit'].map(
    (format) => `estimate pinned.yaml --no-timestamp --format ${format}`,
  ),
  'estimate dear.yaml --format junit',
  'estimate dear.yaml --quiet',
  'estimate cannot-fit',
  'estimate nowhere.yaml',
  'estimate typo.yaml',
  'estimate typo.yaml --json',
  'estimate stream.json --json',
  'estimate --gpu rtx4091 --json',
  'estimate --strict-prices --gpu a16 --top 1',
  'explain pinned.yaml',
  'explain pinned.yaml --format markdown',
  'explain choice.yaml --plan 99',
  'diff pinned.yaml pinned.yaml',
  'diff pinned.yaml longer.yaml',
  'diff pinned.yaml longer.yaml --fail-on-increase 0.1',
  'stages choice.yaml',
  'solve sequence-length pinned.yaml',
  'solve rank pinned.yaml --max-hours 0.01',
  'solve examples choice.yaml --max-usd 1',
  'solve deadline choice.yaml --max-hours 0.6',
  'solve break-even pinned.yaml --set ownership.purchase_usd=2500',
  'solve epochs pinned.yaml',
  'list',
  'list methods',
  'list stacks --ids',
  'show gpu rtx4090',
  'show model llama-3.1-8b',
  'show optimizer adamww',
  'schema spec',
  'completion bash',
  'init -o -',
]

const fileOf = (line: string): string => `./${line === '' ? 'no-command' : line.replaceAll(/[^\w.]+/g, '-').replace(/^-/, '')}.txt`

async function transcript(line: string, world: World): Promise<string> {
  const { code, out, err } = await ftplan(line, world)
  const parts = [`$ ftplan ${line}`.trimEnd(), out, ...(err === '' ? [] : [`[stderr]\n${err}`]), `[exit code ${code}]`]
  return `${parts.map((part) => part.replace(/\n$/, '')).join('\n')}\n`
}

describe('ftplan', () => {
  it.each(lines)('%s', async (line) => {
    await expect(await transcript(line, { files })).toMatchFileSnapshot(fileOf(line))
  })

  it('has a file of its own for each command line', () => {
    expect(new Set(lines.map(fileOf)).size).toBe(lines.length)
  })
})
