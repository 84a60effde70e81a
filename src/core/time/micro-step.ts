import { calibrated } from '../domain/constant.ts'
import { isPadded, type Plan } from '../domain/plan.ts'
import type { Sink } from '../term.ts'
import { referencePasses } from './algorithm.ts'
import { visibleTokens } from './attention.ts'
import { unpackedBytesPerWeight } from './dequantize.ts'
import { runsGrouped } from './launch.ts'
import type { SequenceTokens } from './lengths.ts'
import { ATTENTION_BACKWARD } from './passes.ts'
import type { PlacedTime } from './placed.ts'

/** Everything that the terms of one micro-batch are computed from. */
export interface MicroStep extends PlacedTime {
  readonly plan: Plan
  readonly sequence: SequenceTokens
  /** Tokens of the micro-batch on one rank. */
  readonly tokens: number
  /** Micro-batches of a step, and what pipeline bubbles add: every GPU term is multiplied by it. */
  readonly repeats: number
}

/**
 * Bytes of an fp8 product as a share of a 16-bit one: inputs and weights are half as wide, outputs are not. With as many outputs as inputs
 * that is (1 + 2) / (2 + 2) of the activations.
 */
const FP8_ACTIVATIONS = 0.75
const FP8_WEIGHTS = 0.5

/**
 * GPU time of the dense linears and the head: FLOP at the calibrated rate, and bytes that no cache holds.
 *
 * A reference model runs forward through both: its layers are among the forward passes, its head once beside the trained one's, which
 * nothing recomputes. Adapters that are switched off make the same pass.
 */
export function addLinearTime(step: MicroStep, sink: Sink): void {
  const { plan, prepared, machine, passes, tokens, repeats, habits, calibration } = step
  const { forward, backward, head, headForward } = prepared.work
  const reference = referencePasses(plan.algorithm)
  const n = passes.linears
  const flops = tokens * (n * forward.flops + backward.flops)
  const fp8 = plan.precision.fp8 && plan.hardware.gpu.peakFlopsPerSecond.fp8 !== null
  const rate =
    (fp8 ? machine.linearFp8FlopsPerSecond : machine.linearFlopsPerSecond) * calibrated(habits.linear_speed)
  sink.add(
    'compute/linears',
    (repeats * flops) / rate,
    () => `${flops.toExponential(3)} FLOP / ${rate.toExponential(3)} FLOP/s · ${repeats} micro-steps`,
    'kaplan-2020-scaling §2.1',
  )
  const headRate = machine.linearFlopsPerSecond * calibrated(habits.linear_speed)
  sink.add(
    'compute/head',
    (repeats * tokens * (head.flops + reference * headForward.flops)) / headRate,
    'passes · 2 · hidden size · vocabulary a token / rate',
    'kaplan-2020-scaling §2.1',
  )
  const bytes =
    (fp8 ? FP8_ACTIVATIONS : 1) * tokens * (n * forward.bytes + backward.bytes) +
    (fp8 ? FP8_WEIGHTS : 1) * (n * forward.fixedBytes + backward.fixedBytes) +
    tokens * (head.bytes + reference * headForward.bytes) +
    head.fixedBytes +
    reference * headForward.fixedBytes
  sink.add(
    'memory/linears',
    (repeats * bytes) / machine.memoryBytesPerSecond,
    'inputs, outputs and weights of every matrix product / bandwidth',
    'calibration §machine',
  )
  if (fp8) {
    const casts = tokens * (n * forward.casts + backward.casts) * calibrated(calibration.work.cast_bytes)
    sink.add(
      'memory/casts',
      (repeats * casts) / machine.memoryBytesPerSecond,
      'casts to fp8 / bandwidth',
      'micikevicius-2022-fp8',
    )
  }
}

/** GPU time of routed experts: a loop runs ordinary products; grouped products are less efficient the narrower the experts are. */
export function addExpertTime(step: MicroStep, sink: Sink): void {
  const { prepared, machine, passes, tokens, repeats, calibration, habits } = step
  const { expertForward, expertBackward, expertWidth } = prepared.work
  if (expertWidth === 0) return
  const n = passes.linears
  const { grouped_speed: speed, grouped_half_width: half } = calibration.work
  const grouped = Math.min(1, (calibrated(speed) * expertWidth) / (expertWidth + calibrated(half)))
  const rate =
    machine.linearFlopsPerSecond * calibrated(habits.linear_speed) * (runsGrouped(step) ? grouped : 1)
  const flops = tokens * (n * expertForward.flops + expertBackward.flops)
  sink.add(
    'compute/experts',
    (repeats * flops) / rate,
    'FLOP of the chosen experts / rate of grouped products',
    'gale-2023-megablocks',
  )
  const bytes =
    tokens * (n * expertForward.bytes + expertBackward.bytes) +
    n * expertForward.fixedBytes +
    expertBackward.fixedBytes
  sink.add(
    'memory/experts',
    (repeats * bytes) / machine.memoryBytesPerSecond,
    'expert weights, inputs and outputs / bandwidth',
    'gale-2023-megablocks',
  )
}

/**
 * GPU time of attention: fused kernels at their own efficiency, half of it skipped under the causal mask. Under the mask of padded batches
 * only flash kernels skip. Eager attention skips nothing and moves its scores through memory.
 */
export function addAttentionTime(step: MicroStep, sink: Sink): void {
  const { plan, prepared, machine, passes, tokens, sequence, repeats, habits, calibration } = step
  const eager = plan.attention === 'eager'
  const skips = !eager && !(plan.attention === 'sdpa' && isPadded(plan.workload))
  const { cp } = plan.parallelism
  let flops = 0
  for (const { window, flops: perToken } of prepared.work.attention) {
    flops += tokens * perToken * visibleTokens(sequence.context, window, skips)
  }
  flops *= passes.attention + ATTENTION_BACKWARD
  const slowdown = 1 + calibrated(calibration.work.context_overhead) * (cp - 1)
  const rate = machine.attentionFlopsPerSecond * calibrated(habits.attention_speed)
  const limit = machine.peakFlopsPerSecond
  sink.add(
    'compute/attention',
    (repeats * flops * slowdown) / Math.min(rate, limit),
    () =>
      `${flops.toExponential(3)} FLOP (${Math.round(sequence.context)} tokens of context) / ${rate.toExponential(3)} FLOP/s`,
    'dao-2023-flash2',
  )
  if (!eager) return
  const bytes = tokens * prepared.work.scoreBytes * sequence.context * (passes.attention + 2)
  sink.add(
    'memory/scores',
    (repeats * bytes) / machine.memoryBytesPerSecond,
    'scores of eager attention through memory',
    'dao-2022-flash',
  )
}

/** GPU time of adapter branches: thin products, and the bytes around them. */
export function addAdapterTime(step: MicroStep, sink: Sink): void {
  const { prepared, machine, passes, tokens, repeats, calibration } = step
  const { adapterFlops, adapterBytes } = prepared.work
  const times = passes.linears + 2
  const rate = machine.linearFlopsPerSecond * calibrated(calibration.work.adapter_speed)
  sink.add(
    'compute/adapters',
    (repeats * tokens * times * adapterFlops) / rate,
    'rank · (inputs + outputs) multiply-adds a token and pass',
    'hu-2021-lora',
  )
  const bytes = tokens * times * adapterBytes * calibrated(calibration.work.adapter_bytes)
  sink.add(
    'memory/adapters',
    (repeats * bytes) / machine.memoryBytesPerSecond,
    'casts, dropout, products and addition of the branch / bandwidth',
    'hu-2021-lora',
  )
}

/** Bytes a token of the loss for each vocabulary entry: the fp32 chain, or what a fused kernel reads and writes. */
const lossBytesPerEntry = { materialized: 48, 'fused-ce': 8, 'fused-linear-ce': 10, chunked: 24 } as const

/** The residual stream is fp32: fp32 weights, or the k-bit upcast (which peft leaves out for GPTQ bases). */
const hasWideStream = ({ kbitUpcast, quantization, precision }: Plan): boolean =>
  precision.weights === 'fp32' || (kbitUpcast && quantization?.type.startsWith('gptq') !== true)

/**
 * GPU time of element-wise operations and the loss.
 *
 * Log-probabilities of a reference model are the loss without its backward, which is the same multiple of the forward as that of the
 * other element-wise operations.
 */
export function addElementTime(step: MicroStep, sink: Sink): void {
  const { plan, prepared, machine, passes, tokens, repeats, habits, calibration, fused } = step
  const { elementBytes } = prepared.work
  const multiplier = plan.compile
    ? calibrated(calibration.work.compiled_bytes)
    : calibrated(habits.element_bytes)
  const wide = hasWideStream(plan) ? calibrated(calibration.work.wide_stream) : 1
  const backward = calibrated(calibration.work.backward_elements)
  const times = passes.elements + backward
  const perToken = (fused ? elementBytes.fused : elementBytes.eager) * multiplier * wide * times
  sink.add(
    'memory/elements',
    (repeats * tokens * perToken) / machine.memoryBytesPerSecond,
    () =>
      `${Math.round(perToken)} bytes a token (${fused ? 'fused' : 'eager'} norms, rotary, activations, residuals) / bandwidth`,
    'calibration §work',
  )
  const entries = plan.architecture.vocabularySize / plan.parallelism.tp
  const losses = 1 + referencePasses(plan.algorithm) / (1 + backward)
  const lossBytes =
    tokens * entries * lossBytesPerEntry[plan.loss] * calibrated(calibration.work.loss_bytes) * losses
  sink.add(
    'memory/loss',
    (repeats * lossBytes) / machine.memoryBytesPerSecond,
    'logits through memory / bandwidth',
    'calibration §work',
  )
}

/** GPU time of unpacking quantised weights: once for each weight and pass, whatever the tokens. */
export function addUnpackingTime(step: MicroStep, sink: Sink): void {
  const { plan, prepared, machine, passes, repeats, habits, calibration } = step
  const { quantization } = plan
  if (quantization === null) return
  const { dequantize_nf4: nf4, dequantize_gptq: gptq, dequantize_int8: int8 } = calibration.work
  const isGptq = quantization.type.startsWith('gptq')
  const share = isGptq
    ? calibrated(gptq) * calibrated(habits.gptq_speed)
    : calibrated(quantization.type === 'int8' ? int8 : nf4)
  const bandwidth = plan.hardware.gpu.memoryBytesPerSecond ?? machine.memoryBytesPerSecond
  const bytes =
    prepared.work.quantizedWeights * unpackedBytesPerWeight(quantization.type) * (passes.linears + 1)
  sink.add(
    'dequantize/weights',
    (repeats * bytes) / (bandwidth * Math.min(1, share)),
    () => `${prepared.work.quantizedWeights.toExponential(3)} weights · ${passes.linears + 1} passes`,
    'dettmers-2023-qlora §3',
  )
}
