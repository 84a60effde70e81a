import type { Artifacts } from '../domain/bill.ts'
import type { Optimizer } from '../domain/optimizer.ts'
import type { Plan } from '../domain/plan.ts'
import { bytesPerValue, type DType } from '../units.ts'

/** Weights are served in 16 bits unless somebody quantises them. */
const SERVED: DType = 'bf16'

/** Bytes of the state tensors of one trained value. Factored and low-rank states count as if they were whole: an upper bound. */
const stateBytes = ({ states }: Optimizer, parameter: DType): number =>
  states.reduce(
    (sum, { dtype, extent }) =>
      extent === 'none' ? sum : sum + bytesPerValue[dtype === 'parameter' ? parameter : dtype],
    0,
  )

/**
 * What a run leaves on disk.
 *
 *   result     = adapters, or the whole model, in the dtype that the run holds them in
 *   checkpoint = result + optimizer states of what trains
 *   serving    = base in 16 bits + one set of adapters for each that is served, or one whole model each
 */
export function artifactsOf(input: {
  plan: Plan
  trainableParameters: number
  totalParameters: number
  servedAdapters: number
}): Artifacts {
  const { plan, trainableParameters, totalParameters, servedAdapters } = input
  const adapters = plan.lora !== null
  const dtype: DType = adapters ? plan.precision.adapters : plan.precision.weights
  const resultBytes = (adapters ? trainableParameters : totalParameters) * bytesPerValue[dtype]
  const wholeBytes = totalParameters * bytesPerValue[SERVED]
  return {
    resultBytes,
    checkpointBytes: resultBytes + trainableParameters * stateBytes(plan.optimizer, dtype),
    keptCheckpoints: plan.checkpoints.keep,
    servingBytes: adapters
      ? wholeBytes + servedAdapters * trainableParameters * bytesPerValue[SERVED]
      : servedAdapters * wholeBytes,
  }
}
