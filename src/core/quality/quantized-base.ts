import type { QuantizationSettings } from '../domain/plan.ts'
import type { RetentionRules, Task } from '../domain/task.ts'
import { type Spread, spreadOf, worse } from './factor.ts'

/**
 * Quality of adapters on a quantised base relative to a 16-bit one. Formats are stated by their share of the nf4 loss, which shrinks with
 * the model; initialisations that know of the quantisation leave `lossShare` of it.
 * @source qlora-2023 tables 3 and 4, loftq-2024, llamafactory-2024 table 5
 */
export function quantizedBase(
  task: Task,
  rules: RetentionRules,
  type: QuantizationSettings['type'],
  modelParameters: number,
  lossShare: number,
): Spread {
  const format = rules.quantization[type]
  if (format.lossShare === 0) {
    return { ...spreadOf(rules.int8), grade: worse(rules.int8.grade, format.grade) }
  }
  const bySize = task.quantizedBase.find(
    ({ belowParameters }) => belowParameters === null || modelParameters < belowParameters,
  )
  if (bySize === undefined) throw new Error(`presets/tasks/${task.id}.yaml: quantized_base has no last entry`)
  const kept = (share: number): number =>
    1 - Math.max(0, 1 - share) * format.lossShare * lossShare - format.extraLoss
  return spreadOf({
    low: kept(bySize.low),
    mid: kept(bySize.mid),
    high: bySize.high,
    grade: worse(bySize.grade, format.grade),
  })
}
