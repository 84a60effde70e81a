import { parameterCounts } from '../architecture/index.ts'
import type { Plan } from '../domain/plan.ts'
import { bytesPerValue } from '../units.ts'
import { storedBytesPerWeight } from './dequantize.ts'
import { rankWeights, trainedOf } from './trained.ts'
import { type Work, workOf } from './work.ts'

/** What does not depend on micro-batch, accumulation, payment and calibration: computed once for a family of plans. */
export interface PreparedTime {
  readonly work: Work
  /** Parameters of one rank before data parallelism shards them. */
  readonly rankParameters: number
  readonly rankTrainableParameters: number
  /** Bytes of the rank's weights as they are stored and gathered. */
  readonly storedBytes: number
  /** Parameters of the whole model, and those that a token passes. */
  readonly totalParameters: number
  readonly activeParameters: number
}

/** Work, parameters and bytes of a plan. */
export function prepareTime(plan: Plan): PreparedTime {
  const { architecture, quantization, precision } = plan
  const trained = trainedOf(plan)
  const work = workOf(plan, trained)
  const rankParameters = rankWeights(plan)
  const { total, active } = parameterCounts(architecture)
  const width = precision.autocast === 'none' ? bytesPerValue[precision.weights] : 2
  const quantized = quantization === null ? width : storedBytesPerWeight(quantization)
  return {
    work,
    rankParameters,
    rankTrainableParameters: trained.rankParameters,
    storedBytes: (rankParameters - work.quantizedWeights) * width + work.quantizedWeights * quantized,
    totalParameters: total,
    activeParameters: active,
  }
}
