import { cachedValues } from '../architecture/index.ts'
import type { Architecture } from '../domain/architecture.ts'

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
    return sum + sequences * kept * cachedValues(attention) * width * indices.length
  }, 0)
}
