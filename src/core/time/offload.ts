import { calibrated } from '../domain/constant.ts'
import { type Plan, shardsWeights, stepsOnHost } from '../domain/plan.ts'
import type { MicroStep } from './micro-step.ts'

/** Bytes that adding a micro-batch's gradient to the sum moves for each trainable parameter: read two 16-bit values, write one. */
export const ACCUMULATION_BYTES = 6

/** Seconds over PCIe of one micro-batch, and of one step. */
export interface OffloadTime {
  readonly micro: number
  readonly step: number
}

/** Ranks that what trains is spread over. */
const shardCount = ({ parallelism }: Plan): number =>
  parallelism.shard === 'none' ? 1 : parallelism.dp * parallelism.cp

/** Bytes of activations that go to the host and come back: the layer inputs with checkpointing, else what a layer keeps (about 34 hidden sizes). @source korthikanti-2022-sequence §4 */
const keptBytesPerToken = (checkpointed: boolean, hiddenSize: number): number =>
  hiddenSize * (checkpointed ? 2 : 34)

/**
 * Transfers between card and host.
 *
 *   parameters: stored bytes / shards, for forward and backward, and gradients down
 *   optimizer: gradients down and updated weights up, once a step
 *   activations: down in the forward, up in the backward
 *
 * @source ren-2021-offload §4
 */
export function offloadTime(step: MicroStep): OffloadTime {
  const { plan, prepared, machine, tokens } = step
  const { parallelism, offload, gradientCheckpointing, architecture } = plan
  const shards = shardCount(plan)
  const rate = machine.hostBytesPerSecond
  const trainable = prepared.rankTrainableParameters / shards
  let micro = 0
  let once = 0
  if (offload.includes('parameters')) {
    const held = shardsWeights(parallelism.shard) ? shards : 1
    micro += (2 * prepared.storedBytes) / held / rate + (2 * trainable) / rate
  }
  if (offload.includes('activations') || gradientCheckpointing === 'offload') {
    const kept = keptBytesPerToken(gradientCheckpointing !== 'none', architecture.hiddenSize)
    micro += (2 * tokens * kept * prepared.work.layerCount) / rate
  }
  if (offload.includes('optimizer') || plan.optimizer.on_cpu) once += (4 * trainable) / rate
  return { micro, step: once }
}

/** Seconds of the optimizer's own work: bytes of states and weights over the card's or the host's memory. */
export function optimizerSeconds(step: MicroStep): number {
  const { plan, prepared, machine, calibration } = step
  const { optimizer, precision } = plan
  const trainable = prepared.rankTrainableParameters / shardCount(plan)
  const wide =
    precision.master ||
    (plan.method.trains === 'adapters' ? precision.adapters : precision.weights) === 'fp32'
  const bytes =
    trainable * (wide ? optimizer.step_bytes_per_parameter.fp32 : optimizer.step_bytes_per_parameter.bf16)
  const onHost = stepsOnHost(plan)
  const rate = onHost
    ? calibrated(calibration.machine.host_optimizer_bytes_per_second)
    : machine.optimizerBytesPerSecond
  return bytes / rate + (trainable / 1e9) * optimizer.step_seconds_per_billion
}
