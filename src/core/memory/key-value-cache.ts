import type { Architecture, Attention } from '../domain/architecture.ts'

/** Values that one layer keeps for one token: keys and values of all heads, or the compressed pair of latent attention. */
function valuesPerToken({
  kind,
  keyValueHeads,
  headDim,
  valueHeadDim,
  keyValueRank,
  rotaryHeadDim,
}: Attention): number {
  return kind === 'latent' ? keyValueRank + rotaryHeadDim : keyValueHeads * (headDim + valueHeadDim)
}

/**
 * Key-value cache of generation.
 *
 *   bytes = sequences · tokens · Σ layers (keys + values) · bytes; layers with a sliding window keep the window only
 *
 * @source pope-2022-inference
 */
export function keyValueCacheBytes(
  { layers }: Architecture,
  sequences: number,
  tokens: number,
  width: number,
): number {
  return layers.reduce((sum, { attention, indices }) => {
    const kept = attention.slidingWindow === null ? tokens : Math.min(tokens, attention.slidingWindow)
    return sum + sequences * kept * valuesPerToken(attention) * width * indices.length
  }, 0)
}
