import type { Plan } from '../domain/plan.ts'
import type { MemoryHabits } from '../domain/stack-memory.ts'
import { bytesPerValue } from '../units.ts'
import { quantizedWeight } from './quantized-weight.ts'
import type { RankTensor } from './rank-tensors.ts'

type Base = Pick<Plan, 'quantization' | 'precision' | 'kbitUpcast'>

/** Bytes of frozen base weights of one rank, unsharded, in the three forms in which they are held. */
export interface FrozenBytes {
  /** Packed values, and the constants that unpack them. */
  readonly quantized: number
  readonly constants: number
  /** What is not quantised: embeddings, head, norms, biases, fused experts. */
  readonly kept: number
}

/** bitsandbytes and GPTQ take `nn.Linear` and Conv1D weights; the head only where the stack says so. */
export const isQuantized = (
  { kind, group }: RankTensor['tensor'],
  { quantization }: Pick<Plan, 'quantization'>,
  { quantizes_head }: Pick<MemoryHabits, 'quantizes_head'>,
): boolean => quantization !== null && kind === 'linear-weight' && (group !== 'head' || quantizes_head)

/** Bytes of one value that is not quantised: 4 after `prepare_model_for_kbit_training`, else as the weights. */
export const keptWidth = (
  { quantization, precision, kbitUpcast }: Base,
  { fp32_kept_weights }: Pick<MemoryHabits, 'fp32_kept_weights'>,
): number =>
  quantization !== null && (kbitUpcast || fp32_kept_weights)
    ? bytesPerValue.fp32
    : bytesPerValue[precision.weights]

/** Bytes of one frozen value: fp8 for the linears of a stack that keeps nothing else of them, else as what is kept. */
const frozenWidth = (
  { kind, group }: RankTensor['tensor'],
  base: Base,
  habits: Pick<MemoryHabits, 'fp32_kept_weights' | 'fp8_frozen_weights'>,
): number =>
  habits.fp8_frozen_weights && base.precision.fp8 && kind === 'linear-weight' && group !== 'head'
    ? bytesPerValue.fp8
    : keptWidth(base, habits)

/**
 * Bytes of a frozen tensor of one rank, all its like together, before data parallelism shards it.
 *
 *   quantised: packed values and constants; else parameters · bytes of the kept dtype
 *
 * @source dettmers-2023-qlora
 * @source transformers
 */
export function frozenBytes(
  { tensor, parameters, count, parts }: RankTensor,
  base: Base,
  habits: Pick<MemoryHabits, 'quantizes_head' | 'fp32_kept_weights' | 'fp8_frozen_weights'>,
): FrozenBytes {
  const { quantization } = base
  if (quantization === null || !isQuantized(tensor, base, habits))
    return { quantized: 0, constants: 0, kept: parameters * count * frozenWidth(tensor, base, habits) }
  const [outFeatures = 1, inFeatures = 1] = tensor.shape
  const whole = quantizedWeight({ inFeatures, outFeatures }, quantization)
  return { quantized: (whole.values / parts) * count, constants: (whole.constants / parts) * count, kept: 0 }
}

export const allBytes = ({ quantized, constants, kept }: FrozenBytes): number => quantized + constants + kept
