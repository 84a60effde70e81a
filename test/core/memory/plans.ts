import { readCalibration } from '../../../scripts/memory-fit/corpus.ts'
import type { Plan } from '../../../src/core/domain/plan.ts'
import { memoryEstimate, prepareMemory } from '../../../src/core/memory/index.ts'
import { amountOf, type Knobs, pinned } from '../../support/plans.ts'

export { amountOf, library } from '../../support/plans.ts'

export const calibration = readCalibration()

/** Llama 3.2 1B in a bare loop, pure bf16, two packed sequences of 1024 tokens, one GPU. */
export const planWith = (knobs: Knobs = {}): Plan =>
  pinned(knobs, { model: 'llama-3.2-1b', tokens: 1024, optimizer: 'adamw-fused', stack: 'plain' })

export const estimateOf = (plan: Plan) => memoryEstimate(prepareMemory(plan), plan, calibration, 'terms')

const billOf = (plan: Plan, phase: string) => estimateOf(plan).phases.find((one) => one.phase === phase)

export const phaseBytes = (plan: Plan, phase: string): number => billOf(plan, phase)?.bytes ?? 0

/** Bytes of the terms of a phase whose key begins so. */
export const bytesOf = (plan: Plan, phase: string, key: string): number =>
  amountOf(billOf(plan, phase)?.terms ?? [], key)

/** Parameters of Llama 3.2 1B: 128256 x 2048 tied, 16 layers, final norm. */
export const LLAMA_1B = 1_235_814_400
/** Of its layers: attention 2·2048² + 2·2048·512, feed-forward 3·2048·8192. */
export const LLAMA_1B_LINEARS = 16 * (2 * 2048 * 2048 + 2 * 2048 * 512 + 3 * 2048 * 8192)
