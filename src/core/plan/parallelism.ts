import type { Parallelism } from '../domain/plan.ts'
import type { DegreesSpec } from '../domain/spec-training.ts'
import { UserError } from '../errors.ts'

type ShardingName = 'none' | 'ddp' | 'zero1' | 'zero2' | 'zero3' | 'fsdp' | 'fsdp1' | 'fsdp2'

/** Degrees of a named data-parallel scheme over all GPUs, or null when the name does not fit the count. */
export function namedParallelism(
  name: ShardingName,
  gpuCount: number,
  fsdp: 'fsdp1' | 'fsdp2',
): Parallelism | null {
  if (name === 'none' && gpuCount > 1) return null
  if (name === 'ddp' && gpuCount === 1) return null
  const resolved = name === 'fsdp' ? fsdp : name
  const shard = resolved === 'none' || resolved === 'ddp' ? 'none' : resolved
  return { name: resolved, tp: 1, pp: 1, cp: 1, ep: 1, dp: gpuCount, shard }
}

/**
 * Explicit degrees. An omitted dp is what is left: dp = GPUs / (tp·pp·cp). Null when the degrees do not fill the GPUs.
 */
export function explicitParallelism(degrees: DegreesSpec, gpuCount: number): Parallelism | null {
  const { tp = 1, pp = 1, cp = 1, ep = 1, dp_shard: shard = 'none' } = degrees
  const dp = degrees.dp ?? gpuCount / (tp * pp * cp)
  if (!Number.isInteger(dp) || tp * pp * cp * dp !== gpuCount) return null
  if ((dp * cp) % ep !== 0) {
    throw new UserError(
      'invalid-spec',
      `training.sharding: ep ${ep} does not divide dp ${dp}`,
      'choose an ep that divides dp',
    )
  }
  return { name: 'custom', tp, pp, cp, ep, dp, shard }
}

/** What the planner tries where sharding is `auto`. */
export const autoShardings = (gpuCount: number): readonly ShardingName[] =>
  gpuCount === 1 ? ['none'] : ['ddp', 'zero2', 'fsdp']
