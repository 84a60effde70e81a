import type { Parallelism } from '../domain/plan.ts'

/** Ranks that share the weights, the gradients and the optimizer states of one copy of the model. */
export interface Shards {
  readonly weights: number
  readonly gradients: number
  readonly states: number
}

/** Weights are gathered for use: every rank holds a slice of each. */
export const shardsWeights = ({ shard }: Pick<Parallelism, 'shard'>): boolean =>
  shard === 'zero3' || shard === 'fsdp1' || shard === 'fsdp2'

/** Finished gradients are reduced to a slice of each. */
export const shardsGradients = (parallelism: Pick<Parallelism, 'shard'>): boolean =>
  parallelism.shard === 'zero2' || shardsWeights(parallelism)

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
  switch (shard) {
    case 'none':
      return { weights: 1, gradients: 1, states: 1 }
    case 'zero1':
      return { weights: 1, gradients: 1, states: ranks }
    case 'zero2':
      return { weights: 1, gradients: ranks, states: ranks }
    case 'zero3':
    case 'fsdp1':
    case 'fsdp2':
      return { weights: ranks, gradients: ranks, states: ranks }
  }
}
