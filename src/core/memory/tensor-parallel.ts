import type { TrainableTensor } from '../architecture/index.ts'
import type { LinearRole } from '../domain/architecture.ts'

type Split = 'columns' | 'rows' | 'none'

const splits: Readonly<Record<LinearRole, Split>> = {
  query: 'columns',
  key: 'columns',
  value: 'columns',
  'query-key-value': 'columns',
  'query-up': 'columns',
  'key-value-up': 'columns',
  gate: 'columns',
  up: 'columns',
  'gate-up': 'columns',
  head: 'columns',
  output: 'rows',
  down: 'rows',
  'query-down': 'none',
  'key-value-down': 'none',
  router: 'none',
  'shared-gate': 'none',
  other: 'none',
}

/**
 * Parts that tensor parallelism cuts a tensor into. Projections into heads and the intermediate width are cut by outputs,
 * projections back by inputs; of an adapter only the matrix on the cut side is cut; norms, routers and biases of the
 * second kind are held by every rank. Keys and values cannot be cut further than there are heads.
 *
 * @source shoeybi-2019-megatron
 */
export function tensorParallelParts(
  { kind, linear, tower }: Pick<TrainableTensor, 'kind' | 'linear' | 'tower'>,
  tp: number,
  keyValueHeads: number,
): number {
  if (tp === 1 || tower) return 1
  if (kind === 'embedding' || kind === 'experts') return tp
  if (linear === null) return 1
  const split = splits[linear.role]
  if (split === 'none') return 1
  if (kind === 'adapter-a') return split === 'rows' ? tp : 1
  if ((kind === 'bias' || kind === 'adapter-b' || kind === 'adapter-magnitude') && split === 'rows') return 1
  return linear.role === 'key' || linear.role === 'value' ? Math.min(tp, keyValueHeads) : tp
}
