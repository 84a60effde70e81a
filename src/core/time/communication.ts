import { shardsWeights } from '../domain/plan.ts'
import { gatherSeconds, reduceSeconds } from './collectives.ts'
import { shardUnits } from './launch.ts'
import type { MicroStep } from './micro-step.ts'

/** Seconds of traffic by when it happens: in every micro-batch, or once a step. */
export interface Traffic {
  /** Sharded weights and gradients of every micro-batch, of which computation hides a part. */
  readonly shard: number
  /** Tensor, context and expert parallel traffic and pipeline hand-overs of every micro-batch. */
  readonly tensor: number
  /** Gradients and updated weights, once a step. */
  readonly step: number
}

/** Ranks that hold the same layers and share gradients. */
const replicas = ({ plan }: MicroStep): number => plan.parallelism.dp * plan.parallelism.cp

/**
 * Traffic of sharded data parallelism in one micro-batch.
 *
 * ZeRO-3 and FSDP gather the stored weights for forward and backward and scatter the gradients of what trains; ZeRO-2 scatters only.
 *
 * @source rajbhandari-2019-zero §7, zhao-2023-fsdp §3
 */
function shardTraffic(step: MicroStep): number {
  const { plan, prepared, links } = step
  const { shard } = plan.parallelism
  const fabric = links.replicas
  if (fabric === null || shard === 'none' || shard === 'zero1') return 0
  const ranks = replicas(step)
  const units = shardUnits(step)
  const scattered = gatherSeconds(prepared.rankTrainableParameters * 2, units, ranks, fabric)
  if (!shardsWeights(shard)) return scattered
  return 2 * gatherSeconds(prepared.storedBytes, units, ranks, fabric) + scattered
}

/**
 * All-reduces around the blocks of tensor-parallel layers: two forward, two backward, two more where the forward is repeated.
 *
 * @source shoeybi-2019-megatron §3, korthikanti-2022-sequence §4
 */
function tensorTraffic(step: MicroStep): number {
  const { plan, prepared, links, passes, tokens } = step
  if (links.tensor === null) return 0
  const { tp } = plan.parallelism
  const times = 2 * prepared.work.layerCount * (Math.ceil(passes.linears) + 1)
  return times * reduceSeconds(tokens * plan.architecture.hiddenSize * 2, 1, tp, links.tensor)
}

/** Keys and values passed around the ring of context-parallel ranks, gradients on the way back. @source liu-2023-ring §3 */
function contextTraffic(step: MicroStep): number {
  const { plan, links, passes, tokens, prepared } = step
  if (links.context === null) return 0
  const { cp, tp } = plan.parallelism
  const attention = plan.architecture.layers[0]?.attention
  const width =
    attention === undefined
      ? 0
      : (attention.keyValueHeads * (attention.headDim + attention.valueHeadDim)) / tp
  const bytes = tokens * cp * width * 2
  return prepared.work.layerCount * (passes.attention + 2) * gatherSeconds(bytes, 1, cp, links.context)
}

/** Tokens sent to their experts and back: two exchanges forward, two backward. @source lepikhin-2020-gshard §3 */
function expertTraffic(step: MicroStep): number {
  const { plan, links, passes, tokens } = step
  if (links.experts === null) return 0
  const { ep } = plan.parallelism
  const { layers, hiddenSize } = plan.architecture
  let seconds = 0
  for (const { feedForward, indices } of layers) {
    if (feedForward.kind !== 'moe') continue
    const bytes = tokens * feedForward.expertsPerToken * hiddenSize * 2
    const exchanges = 2 * (passes.linears + 1)
    seconds += (indices.length / plan.parallelism.pp) * exchanges * gatherSeconds(bytes, 1, ep, links.experts)
  }
  return seconds
}

/** Model chunks of a stage: the stack's habit, at most one for each of its layers. */
export const pipelineChunks = ({ habits, prepared }: MicroStep): number =>
  Math.max(1, Math.min(habits.pipeline_chunks, Math.floor(prepared.work.layerCount)))

/** Hidden states handed to the next stage, gradients to the one before. @source narayanan-2021-megatron §3 */
function pipelineTraffic(step: MicroStep): number {
  const { plan, links, tokens } = step
  if (links.pipeline === null) return 0
  const bytes = (tokens * plan.architecture.hiddenSize * 2) / plan.parallelism.tp
  return 4 * pipelineChunks(step) * gatherSeconds(bytes, 1, 2, links.pipeline)
}

/** Gradients that are sent together: the default of DDP. @source li-2020-ddp */
const BUCKET_BYTES = 25e6

/** Gradients all-reduced (DDP), or scattered with updated weights gathered (ZeRO-1), once a step; ZeRO-2 gathers the weights. */
function stepTraffic(step: MicroStep): number {
  const { plan, prepared, links } = step
  const { shard } = plan.parallelism
  const fabric = links.replicas
  if (fabric === null || shardsWeights(shard)) return 0
  const gradientBytes = prepared.rankTrainableParameters * (plan.precision.weights === 'fp32' ? 4 : 2)
  const messages = Math.max(1, Math.min(prepared.work.layerCount, gradientBytes / BUCKET_BYTES))
  const once = gatherSeconds(gradientBytes, messages, replicas(step), fabric)
  return shard === 'zero2' ? once : 2 * once
}

export function trafficOf(step: MicroStep): Traffic {
  return {
    shard: shardTraffic(step),
    tensor: tensorTraffic(step) + contextTraffic(step) + expertTraffic(step) + pipelineTraffic(step),
    step: stepTraffic(step),
  }
}

/**
 * Part of a transfer that computation does not hide: the stack's share, and never less than what exceeds the computation itself.
 */
export const exposed = (transfer: number, share: number, computation: number): number =>
  Math.max(transfer * Math.min(1, share), transfer - computation)
