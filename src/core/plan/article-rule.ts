import type { Candidate, Limits } from '../domain/decision.ts'
import type { MethodId } from '../domain/method.ts'
import { GB } from '../units.ts'

/** A card sold as "24 GB" reports a little less to the driver. */
const CARD_OF_24_GB_BYTES = 23 * GB

export interface ArticleChoice {
  readonly method: MethodId
  /** Line of the rule that fired. */
  readonly because: string
}

/**
 * The article's four lines: more than 0.98 of the quality -> full; a card below 24 GB -> QLoRA; a budget below $1000 -> QLoRA; else LoRA. It looks
 * at neither the model nor the data; what it picks must still fit.
 * @source article, FineTuningStrategySelector.recommend_strategy
 */
export function articleChoice(
  limits: Pick<Limits, 'minRetention' | 'usd'>,
  capacityBytes: number | null,
): ArticleChoice {
  const { minRetention, usd } = limits
  if (minRetention !== null && minRetention > 0.98) {
    return { method: 'full', because: `a minimum retention of ${minRetention} is above 0.98` }
  }
  if (capacityBytes !== null && capacityBytes < CARD_OF_24_GB_BYTES) {
    return { method: 'qlora', because: 'the card has less than 24 GB' }
  }
  if (usd !== null && usd < 1000) return { method: 'qlora', because: `a budget of $${usd} is below $1000` }
  return { method: 'lora', because: 'neither quality, card nor budget calls for another method' }
}

/** Whether a candidate is what the rule picks for its card. */
export const followsArticle =
  (limits: Pick<Limits, 'minRetention' | 'usd'>) =>
  ({ method, memory }: Candidate): boolean =>
    articleChoice(limits, memory?.capacityBytes ?? null).method === method
