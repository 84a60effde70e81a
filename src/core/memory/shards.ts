import { type Parallelism, shardsWeights } from '../domain/plan.ts'

/** Ranks that share the weights, the gradients and the optimizer states of one copy of the model. */
export interface Shards {
  readonly weights: number
  readonly gradients: number
  readonly states: number
}

/** Finished gradients are reduced to a slice of each. */
export const shardsGradients = (shard: Parallelism['shard']): boolean =>
  shard === 'zero2' || shardsWeights(shard)

/**
 * How many ranks share what. Ranks of data and context parallelism hold the same weights; ZeRO-1 shards the states over
 * them, ZeRO-2 the gradients too, ZeRO-3 and FSDP the weights too. Of an expert there are `ep` times fewer copies.
 *
 *   ranks = dp·cp, for experts dp·cp / ep; hybrid sharding: within a node
 *
 * @source rajbhandari-2019-zero
 * @source zhao-2023-fsdp
 */
export function shardsOf(
  parallelism: Parallelism,
  isExpert: boolean,
  limit = Number.POSITIVE_INFINITY,
): Shards {
  const { dp, cp, ep, shard } = parallelism
  const ranks = Math.max(1, Math.min(dp * cp, limit) / (isExpert ? ep : 1))
  return {
    weights: shardsWeights(shard) ? ranks : 1,
    gradients: shardsGradients(shard) ? ranks : 1,
    states: shard === 'none' ? 1 : ranks,
  }
}
