import type { QuantizationSettings } from '../domain/plan.ts'

/** Packed values of a quantised weight, and the constants that unpack it. */
export interface QuantizedBytes {
  readonly values: number
  readonly constants: number
}

interface WeightShape {
  readonly inFeatures: number
  readonly outFeatures: number
}

/** Values that share one absolute maximum in bitsandbytes' 4-bit formats. */
const BLOCK = 64
/** Absolute maxima that share one fp32 constant under double quantisation. */
const NESTED_BLOCK = 256
/** Code book of 16 fp32 values. */
const CODE_BYTES = 16 * 4
/** Code book of 256 fp32 values and one fp32 offset of the nested quantisation. */
const NESTED_BYTES = 256 * 4 + 4
/** Rows of a GPTQ weight that share scales and zeros. */
const GPTQ_GROUP = 128

/**
 * Bytes of one quantised linear weight of q = in·out values.
 *
 *   nf4, fp4        q/2 + 4·q/64 + 64 B
 *   double quant    q/2 + q/64 + 4·q/16384 + 1092 B
 *   int8            q + 4·out (one scale a row)
 *   gptq, w bits    q·w/8 + q/128·(2 + w/8) (scales, zeros) + 4·in (group of each row)
 *
 * @source dettmers-2023-qlora
 * @source bitsandbytes
 * @source frantar-2022-gptq
 */
export function quantizedWeight(
  shape: WeightShape,
  { type, doubleQuant }: QuantizationSettings,
): QuantizedBytes {
  const { inFeatures, outFeatures } = shape
  const parameters = inFeatures * outFeatures
  switch (type) {
    case 'nf4':
    case 'fp4':
      return { values: parameters / 2, constants: blockConstants(parameters, doubleQuant) }
    case 'int8':
      return { values: parameters, constants: 4 * outFeatures }
    case 'gptq-int4':
      return { values: parameters / 2, constants: groupConstants(shape, 0.5) }
    case 'gptq-int8':
      return { values: parameters, constants: groupConstants(shape, 1) }
  }
}

function blockConstants(parameters: number, doubleQuant: boolean): number {
  const maxima = Math.ceil(parameters / BLOCK)
  if (!doubleQuant) return 4 * maxima + CODE_BYTES
  return maxima + 4 * Math.ceil(maxima / NESTED_BLOCK) + CODE_BYTES + NESTED_BYTES
}

const groupConstants = ({ inFeatures, outFeatures }: WeightShape, zeroBytes: number): number =>
  Math.ceil(inFeatures / GPTQ_GROUP) * outFeatures * (2 + zeroBytes) + 4 * inFeatures
