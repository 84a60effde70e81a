import type { Gpu } from '../domain/gpu.ts'
import type { Library } from '../domain/library.ts'
import type { Plan } from '../domain/plan.ts'
import { microBatchesFor, parallelismsFor, pinPlan, sequencesPerRank } from './pin.ts'
import { hardwareOf, NO_PAYMENT, type Placement } from './placements.ts'
import { bestAttention, type Recipe, recipesFor } from './recipes.ts'
import type { ResolvedSpec } from './resolve.ts'

/** A recipe split over a number of GPUs: a plan but for the card, its price and the micro-batch. */
export interface Split {
  /** Pinned at the smallest micro-batch, on the first cards that were asked for. */
  readonly plan: Plan
  /** Micro-batches to try, smallest first. */
  readonly sizes: readonly number[]
  /** Sequences that one rank works through in a step. */
  readonly sequences: number
  /** Plans with this key in common on the same cards differ in speed and memory only. */
  readonly quality: string
}

/** The splits of every placement; cards for which `auto` means the same share theirs, so that what they need is prepared once. */
export class Splits {
  readonly #known = new Map<string, readonly Split[]>()
  readonly #recipes = new Map<string, readonly Recipe[]>()
  readonly #resolved: ResolvedSpec
  readonly #library: Library

  constructor(resolved: ResolvedSpec, library: Library) {
    this.#resolved = resolved
    this.#library = library
  }

  on(placement: Placement): readonly Split[] {
    const { gpu, gpuCount, nodes } = placement
    const habits = `${gpu.bf16Native}/${bestAttention(gpu)}`
    const key = `${habits}/${gpuCount}/${nodes}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const splits = this.#recipesFor(gpu, habits).flatMap((recipe) => this.#split(recipe, placement))
    this.#known.set(key, splits)
    return splits
  }

  #recipesFor(gpu: Gpu, habits: string): readonly Recipe[] {
    const known = this.#recipes.get(habits)
    if (known !== undefined) return known
    const recipes = recipesFor(this.#resolved, gpu, this.#library)
    this.#recipes.set(habits, recipes)
    return recipes
  }

  #split(recipe: Recipe, placement: Placement): readonly Split[] {
    const hardware = hardwareOf(placement, placement.payments[0] ?? NO_PAYMENT)
    return parallelismsFor(this.#resolved, recipe, placement).flatMap((parallelism) => {
      const sequences = sequencesPerRank(recipe, parallelism)
      const sizes = sequences === null ? [] : microBatchesFor(this.#resolved, sequences)
      const [smallest] = sizes
      if (sequences === null || smallest === undefined) return []
      const plan = pinPlan(this.#resolved, recipe, hardware, parallelism, smallest)
      return [{ plan, sizes, sequences, quality: qualityKey(plan) }]
    })
  }
}

/** What decides how good the result of a plan is, and what of it is taken home. */
function qualityKey({ lora, quantization, method, precision, workload, stack }: Plan): string {
  const base = quantization === null ? '' : `${quantization.type}${quantization.doubleQuant}`
  const result = method.trains === 'adapters' ? precision.adapters : ''
  return `${method.id}/${lora?.rank ?? ''}/${base}/${result}/${workload.sequenceLength}/${stack.id}`
}
