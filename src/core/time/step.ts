import { calibrated } from '../domain/constant.ts'
import type { Plan } from '../domain/plan.ts'
import type { StackHabits } from '../domain/stack-time.ts'
import type { TimeCalibration } from '../domain/time-calibration.ts'
import type { Sink } from '../term.ts'
import { addGenerationTime, referencePasses, sequencesPerExample } from './algorithm.ts'
import { exposed, pipelineChunks, trafficOf } from './communication.ts'
import { overlapped } from './host.ts'
import { hasKernels } from './kernels.ts'
import { gathersWeights, hostTime, waitSeconds } from './launch.ts'
import { expectedLargestNormal, sequenceTokens } from './lengths.ts'
import { machineOf } from './machine.ts'
import {
  addAdapterTime,
  addAttentionTime,
  addElementTime,
  addExpertTime,
  addLinearTime,
  addUnpackingTime,
  type MicroStep,
} from './micro-step.ts'
import { ACCUMULATION_BYTES, offloadTime, optimizerSeconds } from './offload.ts'
import { forwardPasses } from './passes.ts'
import type { PreparedTime } from './prepare.ts'
import { Tally } from './tally.ts'

/** The stack's habits over the generic ones. */
const habitsOf = (plan: Plan, calibration: TimeCalibration): StackHabits =>
  ({ ...calibration.stack, ...plan.stack.time }) as StackHabits

/** Collects what the terms of a step are computed from. */
export function microStepOf(prepared: PreparedTime, plan: Plan, calibration: TimeCalibration): MicroStep {
  const habits = habitsOf(plan, calibration)
  const sequence = sequenceTokens(
    plan.workload,
    plan.microBatchSize,
    habits.batches === 'by-length',
    calibrated(calibration.work.length_variation),
  )
  return {
    plan,
    prepared,
    calibration,
    habits,
    machine: machineOf(plan.hardware, plan.precision, calibration),
    passes: forwardPasses(
      plan.gradientCheckpointing,
      habits.selective_recomputation,
      referencePasses(plan.algorithm),
    ),
    sequence,
    tokens:
      (plan.microBatchSize * sequencesPerExample(plan.algorithm) * sequence.processed) / plan.parallelism.cp,
    fused: habits.fused_elements || hasKernels(plan) || plan.compile,
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
  addMicroTraffic(step, micro)
  addBubble(step, micro.total, sink)
  addOncePerStep(step, shape.gpuSeconds, sink)
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
  if (gathersWeights(plan.parallelism.shard)) {
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

function addMicroTraffic(step: MicroStep, micro: Tally): void {
  const { habits, repeats } = step
  const busy = micro.total / repeats
  const traffic = trafficOf(step)
  const shard = exposed(traffic.shard, calibrated(habits.exposed_shard), busy)
  const tensor = exposed(traffic.tensor, calibrated(habits.exposed_tensor), busy)
  const offload = exposed(offloadTime(step).micro, calibrated(habits.exposed_shard), busy)
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

/** Gradient exchange behind the last backward, optimizer, and the step's fixed cost. */
function addOncePerStep(step: MicroStep, gpuSeconds: number, sink: Sink): void {
  const { machine, prepared, habits, repeats } = step
  const gradients = trafficOf(step).step
  sink.add(
    'communication/gradients',
    exposed(gradients, 0, (gpuSeconds * 2) / 3),
    () => `${gradients.toPrecision(3)} s of gradients once a step, behind the last backward`,
    'li-2020-ddp §3',
  )
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
  sink.add(
    'offload/step',
    offloadTime(step).step,
    'gradients to the host and weights back',
    'ren-2021-offload §4',
  )
  sink.add(
    'launch/step',
    calibrated(habits.step_seconds),
    'data loading, logging, synchronisation',
    'calibration §stack',
  )
}
