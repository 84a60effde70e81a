import type { Retention } from '../domain/estimates.ts'
import { checkShare, UserError } from '../errors.ts'
import { normalShare, Z90 } from '../normal-share.ts'

export interface GateInput {
  readonly retention: Pick<Retention, 'low' | 'mid' | 'high'>
  /** Expected score of full fine-tuning on the gate's metric, a share of 1. */
  readonly fullScore: number
  readonly target: number
  /** Items of the evaluation. */
  readonly evalItems: number
}

/**
 * Probability that a stage passes its gate.
 *
 *   p = Phi((mu - target) / sqrt(sd_retention^2 + mu (1 - mu) / n)),  mu = full score x retention
 *
 * @source normal approximation; the retention's 90 % range is 3.29 standard deviations wide
 */
export function gateProbability(input: GateInput): number {
  const { retention, fullScore, target, evalItems } = input
  checkShare('full score', fullScore)
  checkShare('gate.target', target)
  checkItems(evalItems)
  const mean = Math.min(1, fullScore * retention.mid)
  const retentionDeviation = ((retention.high - retention.low) / (2 * Z90)) * fullScore
  const deviation = Math.sqrt(retentionDeviation ** 2 + (mean * (1 - mean)) / evalItems)
  if (deviation === 0) return mean >= target ? 1 : 0
  return normalShare((mean - target) / deviation)
}

function checkItems(evalItems: number): void {
  if (Number.isInteger(evalItems) && evalItems > 0) return
  throw new UserError('invalid-spec', `gate.eval_items: ${evalItems} is not a whole number of items`)
}
