import { keptParameters, tensorsOf } from '../architecture/index.ts'
import type { Architecture } from '../domain/architecture.ts'
import type { QuantizationSettings } from '../domain/plan.ts'
import { Memo } from '../memo.ts'
import { quantizedWeight } from '../memory/quantized-weight.ts'
import { bytesPerValue } from '../units.ts'

/**
 * Bytes of the base as a server holds it: a quantised one as it was trained, with embeddings, head and norms in 16 bit; else 16 bit.
 *
 *   bytes = Σ quantised linears (values + constants) + other parameters · 2, or parameters · 2
 *
 * @source dettmers-2023-qlora, vllm
 */
export function servedBaseBytes(
  architecture: Architecture,
  totalParameters: number,
  quantization: QuantizationSettings | null,
): number {
  if (quantization === null) return totalParameters * bytesPerValue.bf16
  const format = `${quantization.type}/${quantization.doubleQuant}`
  return quantizedBases.get([architecture], format, () => quantizedBytes(architecture, quantization))
}

/** A ranking asks for the same few formats of one architecture again and again. */
const quantizedBases = new Memo<number>()

function quantizedBytes(architecture: Architecture, quantization: QuantizationSettings): number {
  const linears = tensorsOf(architecture).filter(
    ({ kind, group }) => kind === 'linear-weight' && group !== 'head',
  )
  return linears.reduce((sum, { shape: [outFeatures = 1, inFeatures = 1], count }) => {
    const { values, constants } = quantizedWeight({ inFeatures, outFeatures }, quantization)
    return sum + (values + constants) * count
  }, keptParameters(architecture) * bytesPerValue.bf16)
}
