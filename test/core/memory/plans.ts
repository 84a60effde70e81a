import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { fitLibrary, pinnedPlan } from '../../../scripts/time-fit/corpus.ts'
import { MemoryCalibration } from '../../../src/core/domain/memory-calibration.ts'
import type { Plan } from '../../../src/core/domain/plan.ts'
import { Spec } from '../../../src/core/domain/spec.ts'
import { memoryEstimate, prepareMemory } from '../../../src/core/memory/index.ts'
import type { Term } from '../../../src/core/term.ts'

export const library = fitLibrary()
export const calibration = MemoryCalibration.parse(
  parse(readFileSync('presets/calibration/memory.yaml', 'utf8')),
)

interface Knobs {
  readonly model?: string
  readonly dataset?: Record<string, unknown>
  readonly training?: Record<string, unknown>
  readonly hardware?: Record<string, unknown>
}

/** A fully pinned spec: Llama 3.2 1B in a bare loop, pure bf16, two packed sequences of 1024 tokens, one GPU. */
export const planWith = ({ model = 'llama-3.2-1b', dataset, training, hardware }: Knobs = {}): Plan =>
  pinnedPlan(
    Spec.parse({
      model,
      dataset: { examples: 1000, epochs: 1, tokens: { mean: 1024, max: 1024 }, packing: true, ...dataset },
      training: {
        method: 'full',
        sequence_length: 1024,
        global_batch_size: 2,
        micro_batch_size: 2,
        precision: 'bf16-pure',
        optimizer: 'adamw-fused',
        gradient_checkpointing: 'none',
        attention: 'flash',
        loss: 'materialized',
        kernels: 'none',
        stack: 'plain',
        sharding: 'none',
        ...training,
      },
      hardware: [{ gpu: 'h100-sxm', count: 1, owned: true, ...hardware }],
    }),
    library,
  )

export const estimateOf = (plan: Plan) => memoryEstimate(prepareMemory(plan), plan, calibration, 'terms')

/** Bytes of the terms of a phase whose key begins so. */
export function bytesOf(plan: Plan, phase: string, key: string): number {
  const bill = estimateOf(plan).phases.find((one) => one.phase === phase)
  return amountOf(bill?.terms ?? [], key)
}

export const amountOf = (terms: readonly Term[], key: string): number =>
  terms.filter((term) => term.key.startsWith(key)).reduce((sum, { amount }) => sum + amount, 0)

/** Parameters of Llama 3.2 1B: 128256 x 2048 tied, 16 layers, final norm. */
export const LLAMA_1B = 1_235_814_400
/** Of its layers: attention 2·2048² + 2·2048·512, feed-forward 3·2048·8192. */
export const LLAMA_1B_LINEARS = 16 * (2 * 2048 * 2048 + 2 * 2048 * 512 + 3 * 2048 * 8192)
