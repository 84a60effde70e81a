import type { CostInput } from '../domain/bill.ts'

/** Share of a card that a server gives to weights and cache (the default of vLLM). @source vllm-engine-arguments */
const SERVING_MEMORY_FRACTION = 0.9

/**
 * Cards that hold the weights of the result.
 *
 *   cards = ⌈serving bytes / (0.9 · bytes of a card)⌉
 *
 * It says that the weights fit; how many requests a second they serve is not part of the plan.
 */
export function servingGpus({ artifacts, hardware }: CostInput): number {
  return Math.max(1, Math.ceil(artifacts.servingBytes / (SERVING_MEMORY_FRACTION * hardware.capacityBytes)))
}
