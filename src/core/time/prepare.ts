import { parameterCounts } from '../architecture/index.ts'
import type { Plan } from '../domain/plan.ts'
import { Memo } from '../memo.ts'
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
  /** Parameters of the whole model. */
  readonly totalParameters: number
}

const prepared = new Memo<PreparedTime>()

/** Work, parameters and bytes of a plan; the same for all plans that split one recipe alike, so computed once for them. */
export const prepareTime = (plan: Plan): PreparedTime =>
  prepared.get([plan.architecture], recipeKey(plan), () => prepare(plan))

/** Everything that the work depends on. */
function recipeKey({
  method,
  lora,
  quantization,
  precision,
  trainableLayers,
  parallelism,
  kernels,
  attention,
}: Plan): string {
  const { tp, pp, ep } = parallelism
  return JSON.stringify([
    method.id,
    lora,
    quantization,
    precision,
    trainableLayers,
    tp,
    pp,
    ep,
    kernels,
    attention,
  ])
}

function prepare(plan: Plan): PreparedTime {
  const { architecture, quantization, precision } = plan
  const trained = trainedOf(plan)
  const work = workOf(plan, trained)
  const rankParameters = rankWeights(plan)
  const width = precision.autocast === 'none' ? bytesPerValue[precision.weights] : 2
  const quantized = quantization === null ? width : storedBytesPerWeight(quantization)
  return {
    work,
    rankParameters,
    rankTrainableParameters: trained.rankParameters,
    storedBytes: (rankParameters - work.quantizedWeights) * width + work.quantizedWeights * quantized,
    totalParameters: parameterCounts(architecture).total,
  }
}
