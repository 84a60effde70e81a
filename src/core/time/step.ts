import { calibrated } from '../domain/constant.ts'
import { type Plan, sequencesPerSample, shardsWeights } from '../domain/plan.ts'
import type { Sink } from '../term.ts'
import { addGenerationTime } from './algorithm.ts'
import { exposed, pipelineChunks, type Traffic, trafficOf } from './communication.ts'
import { overlapped } from './host.ts'
import { hostTime, waitSeconds } from './launch.ts'
import { expectedLargestNormal, sequenceTokens } from './lengths.ts'
import {
  addAdapterTime,
  addAttentionTime,
  addElementTime,
  addExpertTime,
  addLinearTime,
  addUnpackingTime,
  type MicroStep,
} from './micro-step.ts'
import { ACCUMULATION_BYTES, type OffloadTime, offloadTime, optimizerSeconds } from './offload.ts'
import type { PlacedTime } from './placed.ts'
import { Tally } from './tally.ts'

/** Collects what the terms of a step are computed from. */
export function microStepOf(placed: PlacedTime, plan: Plan): MicroStep {
  const { habits, calibration } = placed
  const sequence = sequenceTokens(
    plan.workload,
    plan.microBatchSize,
    habits.batches === 'by-length',
    calibrated(calibration.work.length_variation),
  )
  // Named one by one: a spread costs more than the arithmetic of a term.
  return {
    prepared: placed.prepared,
    calibration,
    habits,
    machine: placed.machine,
    passes: placed.passes,
    links: placed.links,
    fused: placed.fused,
    plan,
    sequence,
    tokens:
      (plan.microBatchSize * sequencesPerSample(plan.algorithm) * sequence.processed) / plan.parallelism.cp,
    repeats: plan.gradientAccumulation,
  }
}

/** What decides how sure a step's time is. */
export interface StepShape {
  /** GPU and host seconds of one micro-batch. */
  readonly gpuSeconds: number
  readonly hostSeconds: number
}

/**
 * Adds the terms of one optimizer step, in seconds: their sum is the step's time.
 *
 *   step = micro-batches · (soft maximum of GPU and host time + exposed traffic) + bubble + gradients + optimizer + fixed
 */
export function addStep(step: MicroStep, sink: Sink): StepShape {
  const micro = new Tally(sink)
  const shape = addComputation(step, micro)
  addGenerationTime(step, micro)
  const traffic = trafficOf(step)
  const offload = offloadTime(step)
  addMicroTraffic(step, traffic, offload, micro)
  addBubble(step, micro.total, sink)
  addExchange(traffic, shape.gpuSeconds, sink)
  addOptimizer(step, offload, sink)
  return shape
}

/** GPU work, waiting for the longest rank, and what the host adds on top of it. */
function addComputation(step: MicroStep, micro: Tally): StepShape {
  const { plan, calibration, repeats } = step
  addLinearTime(step, micro)
  addExpertTime(step, micro)
  addAttentionTime(step, micro)
  addElementTime(step, micro)
  addAdapterTime(step, micro)
  micro.add(
    'data/longest-rank',
    micro.total * waitingShare(step),
    'data-parallel ranks wait for the one with the most tokens',
    'calibration §work',
  )
  addUnpackingTime(step, micro)
  if (shardsWeights(plan.parallelism.shard)) {
    micro.add(
      'communication/copies',
      micro.total * calibrated(calibration.work.shard_overhead),
      'copies into and out of gathered units',
      'zhao-2023-fsdp §4',
    )
  }
  const gpuSeconds = micro.total / repeats
  const { operations, hooks } = hostTime(step)
  const host = operations + hooks
  const together = overlapped(gpuSeconds, host, calibration.machine.overlap_exponent)
  micro.add(
    'launch/host',
    repeats * (together - gpuSeconds),
    () =>
      `soft maximum of GPU ${gpuSeconds.toPrecision(3)} s and host ${host.toPrecision(3)} s, less the GPU time`,
    'calibration §stack',
  )
  micro.add(
    'launch/unpadding',
    repeats * waitSeconds(step, operations),
    'the host waits once a layer',
    'calibration §work',
  )
  return { gpuSeconds, hostSeconds: host }
}

/** Extra tokens of the fullest rank, as a share: standard deviation of a micro-batch times the expected largest of the ranks. */
function waitingShare({ plan, sequence }: MicroStep): number {
  const { variation } = sequence
  if (variation === 0) return 0
  return (variation * expectedLargestNormal(plan.parallelism.dp)) / Math.sqrt(plan.microBatchSize)
}

function addMicroTraffic(
  { habits, repeats }: MicroStep,
  traffic: Traffic,
  offloaded: OffloadTime,
  micro: Tally,
): void {
  const busy = micro.total / repeats
  const shard = exposed(traffic.shard, calibrated(habits.exposed_shard), busy)
  const tensor = exposed(traffic.tensor, calibrated(habits.exposed_tensor), busy)
  const offload = exposed(offloaded.micro, calibrated(habits.exposed_shard), busy)
  micro.add(
    'communication/shards',
    repeats * shard,
    () =>
      `${traffic.shard.toPrecision(3)} s of gathers and scatters a micro-step, less what computation hides`,
    'zhao-2023-fsdp §3',
  )
  micro.add(
    'communication/model-parallel',
    repeats * tensor,
    () =>
      `${traffic.tensor.toPrecision(3)} s between tensor, context, expert and pipeline ranks a micro-step, less what is hidden`,
    'narayanan-2021-megatron §3',
  )
  micro.add(
    'offload/micro-step',
    repeats * offload,
    'transfers between host and card, less what is hidden',
    'ren-2021-offload §4',
  )
}

/** Pipeline bubble: (stages − 1) / (chunks · micro-batches) of the time of all micro-batches. @source narayanan-2021-megatron §2.2 */
function addBubble(step: MicroStep, microSeconds: number, sink: Sink): void {
  const { plan, repeats } = step
  const { pp } = plan.parallelism
  if (pp === 1) return
  sink.add(
    'communication/pipeline-bubble',
    (microSeconds * (pp - 1)) / pipelineChunks(step) / repeats,
    'stages − 1 over chunks · micro-batches, of the micro-steps',
    'narayanan-2021-megatron §2.2',
  )
}

/** Gradient exchange, once a step behind the last backward. */
function addExchange({ step: gradients }: Traffic, gpuSeconds: number, sink: Sink): void {
  sink.add(
    'communication/gradients',
    exposed(gradients, 0, (gpuSeconds * 2) / 3),
    () => `${gradients.toPrecision(3)} s of gradients once a step, behind the last backward`,
    'li-2020-ddp §3',
  )
}

/** The optimizer's work, and the step's fixed cost. */
function addOptimizer(step: MicroStep, offload: OffloadTime, sink: Sink): void {
  const { machine, prepared, habits, repeats } = step
  sink.add(
    'optimizer/step',
    optimizerSeconds(step),
    'bytes of weights, gradients and states / bandwidth',
    'calibration §machine',
  )
  const sums = repeats > 1 ? repeats * ACCUMULATION_BYTES * prepared.rankTrainableParameters : 0
  sink.add(
    'optimizer/accumulation',
    sums / machine.memoryBytesPerSecond,
    'adding each micro-step’s gradients',
    'calibration §machine',
  )
  sink.add('offload/step', offload.step, 'gradients to the host and weights back', 'ren-2021-offload §4')
  sink.add(
    'launch/step',
    calibrated(habits.step_seconds),
    'data loading, logging, synchronisation',
    'calibration §stack',
  )
}
