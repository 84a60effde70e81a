import type { Plan } from '../domain/plan.ts'
import type { MemoryHabits } from '../domain/stack-memory.ts'
import { bytesPerValue } from '../units.ts'
import { gatheredBytes } from './gathered-units.ts'
import { fixedLine, type Line, present } from './line.ts'
import { rankParameters, sumOver } from './rank-tensors.ts'
import type { StageTensors } from './stage-tensors.ts'
import { computedBytes, gradientBytes, type TrainedPart } from './trained-parts.ts'

/**
 * What data parallelism holds beside its shards while it computes.
 *
 * FSDP and ZeRO-3 gather units. FSDP reduces one unit's gradients while the next is computed. DeepSpeed fills a bucket while it sends
 * another. DDP copies gradients into buckets unless gradients are views of them.
 *
 * @source zhao-2023-fsdp
 * @source rajbhandari-2019-zero
 * @source li-2020-ddp
 */
export function bufferLines(
  tensors: StageTensors,
  parts: readonly TrainedPart[],
  plan: Plan,
  habits: MemoryHabits,
): readonly Line[] {
  const { shard, dp } = plan.parallelism
  const gathered = gatheredBytes(tensors, parts, plan, habits)
  return present([
    fixedLine(
      'buffers/gathered-layers',
      gathered.layers,
      `${habits.gathered_units} layers, gathered`,
      'zhao-2023-fsdp',
    ),
    fixedLine(
      'buffers/gathered-root',
      gathered.root,
      'embeddings, head and final norm, gathered',
      'zhao-2023-fsdp',
    ),
    ...(dp === 1 ? [] : reduceLines(parts, shard, plan, habits)),
  ])
}

function reduceLines(
  parts: readonly TrainedPart[],
  shard: Plan['parallelism']['shard'],
  { architecture }: Plan,
  habits: MemoryHabits,
): readonly Line[] {
  switch (shard) {
    case 'none': {
      const bytes = habits.gradient_bucket_views ? 0 : sumOver(parts, gradientBytes)
      return [fixedLine('buffers/buckets', bytes, 'gradients once more in the buckets of DDP', 'li-2020-ddp')]
    }
    case 'fsdp1':
    case 'fsdp2': {
      const bytes = sumOver(parts, computedBytes) / architecture.layerCount
      return [
        fixedLine('buffers/reduce', bytes, 'gradients of one layer while they are reduced', 'zhao-2023-fsdp'),
      ]
    }
    default: {
      const elements = Math.min(habits.reduce_bucket_elements, sumOver(parts, rankParameters))
      const bytes = 2 * bytesPerValue.bf16 * elements
      return [fixedLine('buffers/buckets', bytes, 'two reduce buckets in 16 bits', 'deepspeed')]
    }
  }
}
