import type { QuantizationSettings } from '../domain/plan.ts'

/**
 * Bytes that unpacking moves for each quantised weight: reads 4 or 8 bit, writes 16 bit.
 *
 * Unpacking is paid for each weight and pass, never for each token: it rules short micro-batches and vanishes in long ones.
 */
export const unpackedBytesPerWeight = (type: QuantizationSettings['type']): number =>
  type === 'int8' || type === 'gptq-int8' ? 3 : 2.5

/**
 * Bytes of a quantised weight as it is stored and gathered, with its constants, whatever its shape.
 *
 *   8 bit: 1 and scales;   4-bit GPTQ: 1/2, scales and zeros;   nf4, fp4: 1/2 + 4/64, under double quantisation 1/2 + 1/64 + 4/16384
 *
 * That is within 2 % of the bytes that memory counts for each shape.
 *
 * @source dettmers-2023-qlora §3, frantar-2022-gptq
 */
export function storedBytesPerWeight({ type, doubleQuant }: QuantizationSettings): number {
  if (type === 'int8' || type === 'gptq-int8') return 1.02
  if (type === 'gptq-int4') return 0.53
  return doubleQuant ? 0.516 : 0.5625
}
