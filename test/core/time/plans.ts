import { fitLibrary, pinnedPlan, readCalibration } from '../../../scripts/time-fit/corpus.ts'
import type { Plan } from '../../../src/core/domain/plan.ts'
import { Spec } from '../../../src/core/domain/spec.ts'
import type { Term } from '../../../src/core/term.ts'
import { placeTime, prepareTime, timeEstimate } from '../../../src/core/time/index.ts'

export const library = fitLibrary()
export const calibration = readCalibration()

interface Knobs {
  readonly model?: string
  readonly dataset?: Record<string, unknown>
  readonly training?: Record<string, unknown>
  readonly hardware?: Record<string, unknown>
}

/** A fully pinned spec: Llama 3.1 8B, full fine-tuning in bf16 on one H100, two packed sequences of 2048 tokens. */
export const planWith = ({ model = 'llama-3.1-8b', dataset, training, hardware }: Knobs = {}): Plan =>
  pinnedPlan(
    Spec.parse({
      model,
      dataset: { examples: 1000, epochs: 1, tokens: { mean: 2048, max: 2048 }, packing: true, ...dataset },
      training: {
        method: 'full',
        sequence_length: 2048,
        global_batch_size: 2,
        micro_batch_size: 2,
        precision: 'bf16-pure',
        optimizer: 'adamw',
        gradient_checkpointing: 'none',
        attention: 'flash',
        loss: 'materialized',
        kernels: 'none',
        stack: 'trl',
        sharding: 'none',
        ...training,
      },
      hardware: [{ gpu: 'h100-sxm', count: 1, owned: true, ...hardware }],
    }),
    library,
  )

export const estimateOf = (plan: Plan, constants = calibration) =>
  timeEstimate(placeTime(prepareTime(plan), plan, constants), plan, 'terms')

/** Seconds of the terms whose key begins so. */
export const secondsOf = (terms: readonly Term[], key: string): number =>
  terms.filter((term) => term.key.startsWith(key)).reduce((sum, { amount }) => sum + amount, 0)
