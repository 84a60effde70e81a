import type { Retention } from '../src/core/domain/estimates.ts'
import type { EvidenceRow, RetentionRules, Task } from '../src/core/domain/task.ts'
import { retention } from '../src/core/quality/retention.ts'

/** Names of the evidence beside ours. */
const methods: Record<
  string,
  {
    method: 'lora' | 'qlora' | 'galore' | 'bitfit' | 'freeze'
    variant: 'lora' | 'dora' | 'rslora' | 'pissa' | 'loftq'
    type: 'nf4' | 'fp4' | 'int8' | null
  }
> = {
  lora: { method: 'lora', variant: 'lora', type: null },
  dora: { method: 'lora', variant: 'dora', type: null },
  rslora: { method: 'lora', variant: 'rslora', type: null },
  pissa: { method: 'lora', variant: 'pissa', type: null },
  qlora: { method: 'qlora', variant: 'lora', type: 'nf4' },
  qlora_fp4: { method: 'qlora', variant: 'lora', type: 'fp4' },
  qlora_int8: { method: 'qlora', variant: 'lora', type: 'int8' },
  loftq: { method: 'qlora', variant: 'loftq', type: 'nf4' },
  galore: { method: 'galore', variant: 'lora', type: null },
  bitfit: { method: 'bitfit', variant: 'lora', type: null },
  freeze: { method: 'freeze', variant: 'lora', type: null },
}

/** Perplexity is better when lower. */
export const ratioOf = ({ metric, value, full }: EvidenceRow): number | null => {
  if (full === null) return null
  return metric === 'PPL' ? full / value : value / full
}

/** The studies that compared LoRA at the learning rate of full fine-tuning. */
const untunedStudies = new Set(['pissa-2024-table-2'])

/** What the model says of a measured row; null where it has no such method. */
export function predicted(
  row: EvidenceRow,
  task: Task,
  rules: RetentionRules,
  study: string,
): Retention | null {
  const named = methods[row.method]
  if (named === undefined || row.base?.includes('bit')) return null
  const adapters = named.method === 'lora' || named.method === 'qlora'
  return retention({
    task,
    rules,
    method: named.method,
    adapters: adapters
      ? { rank: row.rank ?? 16, variant: named.variant, targets: (row.targets ?? 'all-linear').split(',') }
      : null,
    adapterParameters: row.trainable ?? 1,
    // Without the tokens or the adapters' size a row is taken as one with room.
    uniqueAmount: row.tokens !== null && row.trainable !== null ? row.tokens : null,
    quantization: named.type === null ? null : { type: named.type },
    modelParameters: (row.billion_parameters ?? 7) * 1e9,
    learningRate: untunedStudies.has(study) ? 2e-5 : null,
  })
}
