import type { Attention } from '../domain/architecture.ts'

/**
 * FLOP a token and visible token of one attention layer, forward: scores and weighted values, 2 each a multiply-add.
 *
 *   flops = 2 · heads · (head width + value width)
 *
 * @source dao-2023-flash2
 */
export const attentionFlops = ({ heads, headDim, valueHeadDim }: Attention): number =>
  2 * heads * (headDim + valueHeadDim)

/**
 * Tokens that a query sees on average: half of its sequence under causal skipping, less with a sliding window.
 *
 *   causal: length / 2; window w: w · (1 − w / 2·length)
 */
export function visibleTokens(length: number, window: number | null, skipsMasked: boolean): number {
  if (!skipsMasked) return length
  if (window === null || window >= length) return length / 2
  return window * (1 - window / (2 * length))
}
