import type { RetentionRules, Task } from '../domain/task.ts'

/** How full an adapter is: what the data hold beside what its parameters can hold. */
export interface Capacity {
  readonly ratio: number
  readonly label: 'roomy' | 'ok' | 'tight' | 'over capacity'
}

export interface CapacityInput {
  readonly task: Pick<Task, 'filledBy'>
  /** Tokens that bear loss, each counted once however many epochs; for reinforcement learning episodes. */
  readonly uniqueAmount: number
  readonly adapterParameters: number
}

/**
 * Capacity ratio = unique tokens x bits per token / (2 bits x adapter parameters); one bit an episode for reinforcement learning.
 * Below 1 is no guarantee: code lost 28 % at 0.9. The tasks' slopes carry that.
 * @source lora-without-regret
 */
export function capacity(input: CapacityInput, rules: RetentionRules): Capacity {
  const { task, uniqueAmount, adapterParameters } = input
  const bits = task.filledBy === 'episodes' ? rules.bitsPerEpisode : rules.bitsPerToken
  const ratio = (uniqueAmount * bits) / (rules.bitsPerParameter * adapterParameters)
  return { ratio, label: labelOf(ratio, rules) }
}

function labelOf(ratio: number, { capacityLabels }: RetentionRules): Capacity['label'] {
  if (ratio <= capacityLabels.roomy) return 'roomy'
  if (ratio <= capacityLabels.ok) return 'ok'
  return ratio <= capacityLabels.tight ? 'tight' : 'over capacity'
}

/**
 * Smallest rank whose adapter loses nothing to lack of room on this kind of data; null where the data show no slope.
 * Parameters grow with the rank: rank = unique tokens x bits / (2 bits x parameters of one rank x free ratio).
 * @source lora-without-regret, presets/tasks
 */
export function roomyRank(
  task: Task,
  rules: RetentionRules,
  uniqueAmount: number,
  adapterParametersPerRank: number,
): number | null {
  if (task.lora.freeRatio === null) return null
  const perRank = { task, uniqueAmount, adapterParameters: adapterParametersPerRank }
  return Math.max(1, Math.ceil(capacity(perRank, rules).ratio / task.lora.freeRatio - 1e-9))
}
