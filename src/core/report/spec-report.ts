import type { Origin } from '../domain/spec.ts'
import { isRecord } from '../is-record.ts'
import type { ResolvedSpec } from '../plan/resolve.ts'

interface Sourced {
  readonly value: unknown
  readonly origin: Origin
}

/** The resolved spec of the report: every value with where it came from. */
export function specReport(resolved: ResolvedSpec): Record<string, unknown> {
  const tree: Record<string, unknown> = {}
  walk(resolved.spec, '', (path, value) =>
    put(tree, path, { value, origin: resolved.origins[path] ?? 'file' }),
  )
  for (const [path, value, origin] of filledIn(resolved)) {
    if (!has(tree, path)) put(tree, path, { value, origin })
  }
  return tree
}

/** Keys that are one value although they are objects: explicit dtypes, parallel degrees, an inline model, hardware lists. */
const wholeKeys = new Set([
  'model',
  'hardware',
  'training.precision',
  'training.sharding',
  'training.stack_overrides',
  'stages',
])

function walk(value: unknown, path: string, visit: (path: string, value: unknown) => void): void {
  if (isRecord(value) && !wholeKeys.has(path)) {
    for (const [key, child] of Object.entries(value)) walk(child, path === '' ? key : `${path}.${key}`, visit)
  } else {
    visit(path, value)
  }
}

function put(tree: Record<string, unknown>, path: string, leaf: Sourced): void {
  const keys = path.split('.')
  const last = keys.pop() ?? path
  let node = tree
  for (const key of keys) {
    const child = node[key]
    if (isRecord(child)) {
      node = child
    } else {
      const made: Record<string, unknown> = {}
      node[key] = made
      node = made
    }
  }
  node[last] = leaf
}

function has(tree: Record<string, unknown>, path: string): boolean {
  let node: unknown = tree
  for (const key of path.split('.')) {
    if (!isRecord(node) || !(key in node)) return false
    node = node[key]
  }
  return true
}

/** What the spec left out: documented defaults, habits of the stack, and knobs that the planner chooses. */
function filledIn(resolved: ResolvedSpec): [string, unknown, Origin][] {
  const { lora, workloads, stacks, quantizations, methods } = resolved
  const workload = workloads[0]
  const rows: [string, unknown, Origin][] = [
    ['model', resolved.modelId, 'default'],
    ['training.task', resolved.task, 'default'],
    ['training.algorithm', resolved.algorithm, 'default'],
    ['training.method', methods.map((method) => method.id), 'default'],
    ['training.stack', stacks.map((stack) => stack.id), 'default'],
    ['training.sequence_length', workload?.sequenceLength, 'default'],
    ['training.global_batch_size', workload?.globalBatchSize, 'default'],
    ['training.lora.rank', resolved.ranks, 'default'],
    ['training.lora.alpha', lora.alpha ?? '2 x rank', 'default'],
    ['training.lora.targets', lora.targets, 'default'],
    ['training.lora.dropout', lora.dropout, 'default'],
    ['training.lora.variant', lora.variant, 'default'],
    ['training.quantization.type', quantizations.map(({ type }) => type), 'default'],
    ['training.quantization.double_quant', quantizations.some(({ doubleQuant }) => doubleQuant), 'default'],
    ['dataset.examples', workload?.examples, 'default'],
    ['dataset.tokens.mean', workload?.meanTokens, 'default'],
    ['dataset.tokens.max', workload?.maxTokens, 'default'],
    ['dataset.epochs', workload?.epochs, 'default'],
    ['dataset.packing', workload?.packing === 'packed', 'default'],
    ['hardware', resolved.hardware, 'default'],
    ['objective', 'balanced', 'default'],
  ]
  const auto = [
    'micro_batch_size',
    'precision',
    'optimizer',
    'gradient_checkpointing',
    'attention',
    'loss',
    'kernels',
    'sharding',
  ]
  for (const key of auto) rows.push([`training.${key}`, 'auto', 'auto'])
  return rows
}
