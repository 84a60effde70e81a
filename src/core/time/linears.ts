import type { Linear } from '../domain/architecture.ts'
import { FLOPS_PER_MULTIPLY_ADD } from '../units.ts'

/** Work that grows with the tokens of a micro-batch, and work that does not. */
export interface LinearWork {
  /** FLOP for each token. */
  flops: number
  /** Bytes for each token: inputs and outputs. */
  bytes: number
  /** Bytes for each micro-batch: weights. */
  fixedBytes: number
  /** Input and output values for each token and pass, which fp8 has to cast. */
  casts: number
}

export const noLinearWork = (): LinearWork => ({ flops: 0, bytes: 0, fixedBytes: 0, casts: 0 })

const rowParallel: readonly string[] = ['output', 'down']

/**
 * Adds one linear: passes · 2 · inputs · outputs FLOP a token, and the bytes of input, output and weight (16 bit) each pass. Passes are forward,
 * input gradient, and weight gradient where it trains.
 *
 * Tensor parallelism splits the outputs of the first linear of a block and the inputs of the last.
 *
 * @source kaplan-2020-scaling §2.1, shoeybi-2019-megatron §3
 */
export function addLinear(
  work: LinearWork,
  linear: Linear,
  options: { passes: number; uses: number; copies: number; tensorParallel: number },
): void {
  const { passes, uses, copies, tensorParallel } = options
  const splitsInputs = rowParallel.includes(linear.role)
  const inputs = splitsInputs ? linear.inFeatures / tensorParallel : linear.inFeatures
  const outputs = splitsInputs ? linear.outFeatures : linear.outFeatures / tensorParallel
  const values = inputs + outputs
  work.flops += passes * uses * FLOPS_PER_MULTIPLY_ADD * inputs * outputs
  work.bytes += passes * uses * 2 * values
  work.fixedBytes += passes * copies * 2 * inputs * outputs
  work.casts += passes * uses * values
}
