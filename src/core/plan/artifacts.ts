import type { Optimizer } from '../domain/optimizer.ts'
import type { Plan } from '../domain/plan.ts'
import type { Spec } from '../domain/spec.ts'
import { bytesPerValue, type DType } from '../units.ts'
import { servedBaseBytes } from './served-base.ts'

/** What a run leaves on disk and what serves its result. */
export interface PlanArtifacts {
  readonly checkpointBytes: number
  readonly keptCheckpoints: number
  readonly resultBytes: number
  readonly servingBytes: number
}

/** States of an optimizer on disk, in bytes for each trainable parameter. */
function stateBytesPerParameter(optimizer: Optimizer, parameter: DType): number {
  return optimizer.states.reduce((sum, { dtype, extent }) => {
    const width = bytesPerValue[dtype === 'parameter' ? parameter : (dtype as DType)]
    return extent === 'per-parameter' ? sum + width : sum
  }, 0)
}

/** Adapters that share one base where the result is served: what the spec says, else as many as are trained. */
export const servedAdapters = ({ deployment }: Spec, { lora }: Pick<Plan, 'lora'>): number =>
  deployment?.adapters ?? lora?.count ?? 1

/**
 * Sizes on disk: what is taken home (adapters, or the whole model in 16 bit), one checkpoint to continue from, and the weights of a server.
 *
 *   resultBytes = trainable · bytes(dtype) with adapters, else total · 2
 *   checkpointBytes = resultBytes + trainable · state bytes
 *   servingBytes = base weights as they are served + adapters · count
 *
 * @source peft, transformers
 */
export function artifactsOf(
  plan: Plan,
  totalParameters: number,
  trainableParameters: number,
  adapterCount: number,
): PlanArtifacts {
  const { method, precision, quantization, optimizer } = plan
  const adapters = method.trains === 'adapters'
  const trained: DType = adapters ? precision.adapters : precision.master ? 'fp32' : precision.weights
  const adapterBytes = adapters ? trainableParameters * bytesPerValue[precision.adapters] : 0
  const resultBytes = adapters ? adapterBytes : totalParameters * bytesPerValue.bf16
  const states = trainableParameters * stateBytesPerParameter(optimizer, trained)
  return {
    resultBytes,
    checkpointBytes: resultBytes + states,
    keptCheckpoints: plan.checkpoints.keep,
    servingBytes:
      servedBaseBytes(plan.architecture, totalParameters, quantization) + adapterBytes * adapterCount,
  }
}
