import type { QuantizationSettings } from '../domain/plan.ts'

/**
 * Bytes that unpacking moves for each quantised weight: reads 4 or 8 bit, writes 16 bit.
 *
 * Unpacking is paid for each weight and pass, never for each token: it rules short micro-batches and vanishes in long ones.
 */
export const unpackedBytesPerWeight = (type: QuantizationSettings['type']): number =>
  type === 'int8' || type === 'gptq-int8' ? 3 : 2.5

/** Bytes of a quantised weight as it is stored and gathered, block constants included. @source dettmers-2023-qlora §3 */
export function storedBytesPerWeight({ type, doubleQuant }: QuantizationSettings): number {
  if (type === 'int8' || type === 'gptq-int8') return 1.02
  if (type === 'gptq-int4') return 0.53
  return doubleQuant ? 0.516 : 0.5625
}
