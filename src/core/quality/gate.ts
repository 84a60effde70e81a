import type { Retention } from '../domain/estimates.ts'
import { UserError } from '../errors.ts'
import { normalShare, Z90 } from '../normal-share.ts'

export interface GateInput {
  readonly retention: Pick<Retention, 'low' | 'mid' | 'high'>
  /** Expected score of full fine-tuning on the gate's metric, a share of 1. */
  readonly fullScore: number
  /** Share of the full data's score that the stage's part of the data reaches; 1 without a pilot. */
  readonly dataFactor?: number
  /** Standard deviation of that factor's effect on the score. */
  readonly dataDeviation?: number
  readonly target: number
  /** Items of the evaluation. */
  readonly evalItems: number
}

/**
 * Probability that a stage passes its gate.
 *
 *   p = Phi((mu - target) / sqrt(sd_retention^2 + mu (1 - mu) / n + sd_data^2)),  mu = full score x retention x data factor
 *
 * @source normal approximation; the retention's 90 % range is 3.29 standard deviations wide
 */
export function gateProbability(input: GateInput): number {
  const { retention, fullScore, dataFactor = 1, dataDeviation = 0, target, evalItems } = input
  checkShare('full score', fullScore)
  checkShare('gate.target', target)
  checkItems(evalItems)
  const mean = Math.min(1, fullScore * retention.mid * dataFactor)
  const retentionDeviation = ((retention.high - retention.low) / (2 * Z90)) * fullScore * dataFactor
  const deviation = Math.sqrt(retentionDeviation ** 2 + (mean * (1 - mean)) / evalItems + dataDeviation ** 2)
  if (deviation === 0) return mean >= target ? 1 : 0
  return normalShare((mean - target) / deviation)
}

export type GateVerdict = 'pass' | 'fail' | 'evaluate more'

/**
 * Verdict on an observed score: pass when its 90 % interval lies above the target, fail when below, else more items are needed.
 * @source wilson-1927 score interval
 */
export function gateVerdict(score: number, evalItems: number, target: number): GateVerdict {
  checkShare('score', score)
  checkShare('gate.target', target)
  checkItems(evalItems)
  const z2 = Z90 ** 2
  const centre = (score + z2 / (2 * evalItems)) / (1 + z2 / evalItems)
  const spread = Math.sqrt((score * (1 - score)) / evalItems + z2 / (4 * evalItems ** 2))
  const half = (Z90 * spread) / (1 + z2 / evalItems)
  if (centre - half > target) return 'pass'
  return centre + half < target ? 'fail' : 'evaluate more'
}

function checkShare(name: string, value: number): void {
  if (!(value >= 0 && value <= 1))
    throw new UserError('invalid-spec', `${name}: ${value} is not between 0 and 1`)
}

function checkItems(evalItems: number): void {
  if (Number.isInteger(evalItems) && evalItems > 0) return
  throw new UserError('invalid-spec', `gate.eval_items: ${evalItems} is not a whole number of items`)
}
