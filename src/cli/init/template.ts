import type { Spec } from '../../core/domain/spec.ts'
import { isRecord } from '../../core/is-record.ts'

/** A key of the written spec: its value, or a commented example where it is left to the defaults. */
interface Line {
  readonly path: string
  readonly example: string
  readonly comment: string
}

const line = (path: string, example: string, comment: string): Line => ({ path, example, comment })

/** Top-level keys and sections in the order in which people think of them. */
const sections: readonly { readonly name: string | null; readonly lines: readonly Line[] }[] = [
  {
    name: null,
    lines: [
      line(
        'model',
        'llama-3.1-8b',
        'preset id (ftplan list models), Hugging Face id, or path of a config.json',
      ),
    ],
  },
  {
    name: 'dataset',
    lines: [
      line('examples', '10000', 'examples of the training data'),
      line('tokens', '{ mean: 400, max: 2048 }', 'tokens of one example'),
      line('epochs', '3', 'passes over the data'),
      line('packing', 'true', 'true | false | padding-free'),
    ],
  },
  {
    name: 'training',
    lines: [
      line(
        'task',
        'instruct',
        'rl | format | instruct | math | code | domain | vocab: decides how much quality adapters keep',
      ),
      line('method', '[full, lora, qlora]', 'a list tries each; also galore, bitfit, freeze'),
      line('sequence_length', '2048', 'tokens of one training sequence'),
      line('global_batch_size', '32', 'sequences of one optimizer step, all GPUs together'),
      line('micro_batch_size', 'auto', 'sequences per GPU at once'),
      line('lora', '{ rank: 16, targets: all-linear }', 'adapters of lora and qlora'),
      line('optimizer', 'auto', 'ftplan list optimizers'),
      line('gradient_checkpointing', 'auto', 'none | full | selective | offload'),
      line('stack', 'trl', 'training framework: ftplan list stacks'),
      line('sharding', 'auto', 'none | ddp | zero1 | zero2 | zero3 | fsdp'),
    ],
  },
  {
    name: null,
    lines: [
      line(
        'hardware',
        '\n  - { gpu: rtx4090, count: [1, 2], provider: [runpod] }\n  - { gpu: h100-sxm, count: [1, 8], provider: [lambda, runpod] }',
        'cards to try: ftplan list gpus; owned: true for your own',
      ),
    ],
  },
  {
    name: 'budget',
    lines: [
      line('usd', '500', 'most that the run may cost'),
      line('hours', '24', 'longest that it may take'),
    ],
  },
  { name: 'quality', lines: [line('min_retention', '0.95', "least share of full fine-tuning's quality")] },
  { name: null, lines: [line('objective', 'balanced', 'cost | time | quality | balanced')] },
]

/** A value in YAML flow style on one line: JSON, with bare words where they are safe. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (isRecord(value))
    return `{ ${Object.entries(value)
      .map(([key, child]) => `${key}: ${flow(child)}`)
      .join(', ')} }`
  if (
    typeof value === 'string' &&
    /^[a-zA-Z][\w.-]*$/.test(value) &&
    !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value)
  )
    return value
  return JSON.stringify(value)
}

/** A commented `ftplan.yaml`: what was asked for as values, everything else as commented defaults. */
export function specTemplate(spec: Spec): string {
  const stated: Readonly<Record<string, unknown>> = spec
  const text = sections.map(({ name, lines }) =>
    name === null
      ? lines.map((one) => keyText(one, stated[one.path], '')).join('\n')
      : sectionText(name, lines, stated[name]),
  )
  const known = new Set(
    sections.flatMap(({ name, lines }) => (name === null ? lines.map(({ path }) => path) : [name])),
  )
  const others = Object.entries(stated).filter(([key]) => key !== 'version' && !known.has(key))
  return [
    '# yaml-language-server: $schema=./ftplan.schema.json',
    '# Estimate it with: ftplan estimate',
    'version: 1',
    ...text,
    ...others.map(([key, value]) => `${key}: ${flow(value)}`),
    '',
  ].join('\n')
}

function keyText({ path, example, comment }: Line, value: unknown, indent: string): string {
  const note = `${indent}# ${comment}`
  if (value !== undefined) return `${note}\n${indent}${path}: ${flow(value)}`
  return `${note}\n${`${path}: ${example}`
    .split('\n')
    .map((one) => `${indent}# ${one}`)
    .join('\n')}`
}

function sectionText(name: string, lines: readonly Line[], value: unknown): string {
  const stated = isRecord(value) ? value : {}
  const known = new Set(lines.map(({ path }) => path))
  const others = Object.entries(stated).filter(([key]) => !known.has(key))
  const head = Object.keys(stated).length === 0 ? `# ${name}:` : `${name}:`
  return [
    head,
    ...lines.map((one) => keyText(one, stated[one.path], '  ')),
    ...others.map(([key, child]) => `  ${key}: ${flow(child)}`),
  ].join('\n')
}
