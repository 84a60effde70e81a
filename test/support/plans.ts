import { fitLibrary, pinnedPlan } from '../../scripts/time-fit/corpus.ts'
import type { Plan } from '../../src/core/domain/plan.ts'
import { Spec } from '../../src/core/domain/spec.ts'
import type { Term } from '../../src/core/term.ts'

export const library = fitLibrary()

export interface Knobs {
  readonly model?: string
  readonly dataset?: Record<string, unknown>
  readonly training?: Record<string, unknown>
  readonly hardware?: Record<string, unknown>
}

/** A fully pinned spec: full fine-tuning in pure bf16 on one H100, two packed sequences, but for what the knobs say. */
export const pinned = (
  { model, dataset, training, hardware }: Knobs,
  plain: {
    readonly model: string
    readonly tokens: number
    readonly optimizer: string
    readonly stack: string
  },
): Plan =>
  pinnedPlan(
    Spec.parse({
      model: model ?? plain.model,
      dataset: {
        examples: 1000,
        epochs: 1,
        tokens: { mean: plain.tokens, max: plain.tokens },
        packing: true,
        ...dataset,
      },
      training: {
        method: 'full',
        sequence_length: plain.tokens,
        global_batch_size: 2,
        micro_batch_size: 2,
        precision: 'bf16-pure',
        optimizer: plain.optimizer,
        gradient_checkpointing: 'none',
        attention: 'flash',
        loss: 'materialized',
        kernels: 'none',
        stack: plain.stack,
        sharding: 'none',
        ...training,
      },
      hardware: [{ gpu: 'h100-sxm', count: 1, owned: true, ...hardware }],
    }),
    library,
  )

/** Sum of the terms whose key begins so. */
export const amountOf = (terms: readonly Term[], key: string): number =>
  terms.filter((term) => term.key.startsWith(key)).reduce((sum, { amount }) => sum + amount, 0)
