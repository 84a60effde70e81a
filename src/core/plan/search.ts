import type { Gpu } from '../domain/gpu.ts'
import type { Library } from '../domain/library.ts'
import type { Parallelism, Plan } from '../domain/plan.ts'
import { UserError } from '../errors.ts'
import { microBatchesFor, parallelismsFor, pinPlan, sequencesPerRank } from './pin.ts'
import type { Payment, Placement } from './placements.ts'
import { bestAttention, type Recipe, recipesFor } from './recipes.ts'
import type { ResolvedSpec } from './resolve.ts'

/** What the search needs to know of a plan to compare it with its siblings; `estimate` supplies the formulas. */
export interface Judge<M, T> {
  prepareMemory(plan: Plan): M
  prepareTime(plan: Plan): T
  /** Bytes by which the requirement exceeds the card: at most 0 when the plan fits. */
  excessBytes(prepared: M, plan: Plan): number
  stepSeconds(prepared: T, plan: Plan): number
}

/** A plan that survived: no sibling with the same quality, hardware and payment is better. */
export interface Survivor<M, T> {
  readonly plan: Plan
  readonly payments: readonly Payment[]
  readonly placement: Placement
  readonly fits: boolean
  readonly excessBytes: number
  readonly stepSeconds: number
  readonly preparedMemory: M
  readonly preparedTime: T
}

export interface SearchResult<M, T> {
  readonly survivors: readonly Survivor<M, T>[]
  /** Plans that were looked at, and those that did not fit, by method. */
  readonly candidates: number
  readonly misfits: Readonly<Record<string, number>>
}

const NO_PAYMENT: Payment = { owned: false, provider: null, commitment: null, region: null, offer: null }

/**
 * Looks at every plan that the spec allows.
 *
 * Sound pruning: memory grows with the micro-batch while gradients accumulate, so of the sizes above the first that does not fit only the one
 * without accumulation is tried; and among plans of equal
 * quality (method, rank, base format, sequence length) on the same cards the fastest is also the cheapest, whoever rents them out.
 */
export function searchPlans<M, T>(
  resolved: ResolvedSpec,
  placements: readonly Placement[],
  library: Library,
  judge: Judge<M, T>,
  keepAll: boolean,
): SearchResult<M, T> {
  const search = new Search(resolved, library, judge, keepAll)
  for (const placement of placements) search.visit(placement)
  if (search.candidates === 0) throw indivisible(resolved, placements)
  return {
    survivors: [...search.best.values()].flat(),
    candidates: search.candidates,
    misfits: search.misfits,
  }
}

class Search<M, T> {
  readonly best = new Map<string, Survivor<M, T>[]>()
  readonly misfits: Record<string, number> = {}
  candidates = 0
  #visits = 0
  readonly #recipes = new Map<string, readonly Recipe[]>()
  readonly #memory = new Map<Recipe, Map<string, M>>()
  readonly #resolved: ResolvedSpec
  readonly #library: Library
  readonly #judge: Judge<M, T>
  readonly #keepAll: boolean

  constructor(resolved: ResolvedSpec, library: Library, judge: Judge<M, T>, keepAll: boolean) {
    this.#resolved = resolved
    this.#library = library
    this.#judge = judge
    this.#keepAll = keepAll
  }

  visit(placement: Placement): void {
    this.#visits += 1
    for (const recipe of this.#recipesFor(placement.gpu)) {
      for (const parallelism of parallelismsFor(this.#resolved, recipe, placement)) {
        this.#visitSplit(placement, recipe, parallelism)
      }
    }
  }

  /** Recipes are shared by all GPUs for which `auto` means the same, so that their memory is prepared once. */
  #recipesFor(gpu: Gpu): readonly Recipe[] {
    const key = `${gpu.bf16Native}/${bestAttention(gpu)}`
    const known = this.#recipes.get(key)
    if (known !== undefined) return known
    const recipes = recipesFor(this.#resolved, gpu, this.#library)
    this.#recipes.set(key, recipes)
    return recipes
  }

  #visitSplit(placement: Placement, recipe: Recipe, parallelism: Parallelism): void {
    const sequences = sequencesPerRank(recipe, parallelism)
    if (sequences === null) return
    const sizes = microBatchesFor(this.#resolved, sequences)
    const smallest = sizes[0]
    if (smallest === undefined) return
    const payment = placement.payments[0] ?? NO_PAYMENT
    const pinned = pinPlan(this.#resolved, recipe, placement, payment, parallelism, smallest)
    const preparedMemory = this.#prepared(recipe, pinned)
    let preparedTime: T | undefined
    const everySize = this.#keepAll || this.#resolved.microBatchSizes !== 'auto'
    const last = sizes.length - 1
    for (let index = 0; index <= last; index++) {
      const microBatchSize = sizes[index] ?? smallest
      const plan = { ...pinned, microBatchSize, gradientAccumulation: sequences / microBatchSize }
      const excessBytes = this.#excessOf(preparedMemory, plan)
      const fits = excessBytes <= 0
      // The nearest miss is the smallest micro-batch: of the larger ones only those that fit can matter.
      if (fits || everySize || index === 0) {
        preparedTime ??= this.#judge.prepareTime(pinned)
        const stepSeconds = this.#judge.stepSeconds(preparedTime, plan)
        const { payments } = placement
        this.#offer({
          plan,
          payments,
          placement,
          fits,
          excessBytes,
          stepSeconds,
          preparedMemory,
          preparedTime,
        })
      }
      // Without accumulation (the last size) gradients are not kept through the forward: it may fit where smaller sizes do not.
      if (!fits && !everySize) index = Math.max(index, last - 1)
    }
  }

  #excessOf(preparedMemory: M, plan: Plan): number {
    const excessBytes = this.#judge.excessBytes(preparedMemory, plan)
    const { id } = plan.method
    this.candidates += 1
    if (excessBytes > 0) this.misfits[id] = (this.misfits[id] ?? 0) + 1
    return excessBytes
  }

  #prepared(recipe: Recipe, plan: Plan): M {
    let bySplit = this.#memory.get(recipe)
    if (bySplit === undefined) {
      bySplit = new Map()
      this.#memory.set(recipe, bySplit)
    }
    const { tp, pp, cp, ep, dp, shard } = plan.parallelism
    const key = `${tp}/${pp}/${cp}/${ep}/${dp}/${shard}/${plan.hardware.nodes}`
    let prepared = bySplit.get(key)
    if (prepared === undefined) {
      prepared = this.#judge.prepareMemory(plan)
      bySplit.set(key, prepared)
    }
    return prepared
  }

  #offer(survivor: Survivor<M, T>): void {
    const key = `${this.#visits}/${qualityKey(survivor.plan)}`
    const siblings = this.best.get(key)
    if (siblings === undefined) {
      this.best.set(key, [survivor])
    } else if (this.#keepAll) {
      siblings.push(survivor)
    } else if (isBetter(survivor, siblings[0])) {
      siblings[0] = survivor
    }
  }
}

/** Plans of one placement with this key in common differ in speed and memory only. */
function qualityKey({ lora, quantization, method, workload, stack }: Plan): string {
  const base = quantization === null ? '' : `${quantization.type}${quantization.doubleQuant}`
  return `${method.id}/${lora?.rank ?? ''}/${base}/${workload.sequenceLength}/${stack.id}`
}

/** What fits beats what does not; then the faster, then the roomier; among misfits the nearest miss. */
function isBetter(a: Survivor<unknown, unknown>, b: Survivor<unknown, unknown> | undefined): boolean {
  if (b === undefined) return true
  if (a.fits !== b.fits) return a.fits
  if (!a.fits) return a.excessBytes < b.excessBytes
  if (a.stepSeconds !== b.stepSeconds) return a.stepSeconds < b.stepSeconds
  return a.excessBytes < b.excessBytes
}

/** The spec allows no plan at all: the global batch does not divide over any count, or the sharding fits none. */
function indivisible(resolved: ResolvedSpec, placements: readonly Placement[]): UserError {
  const batch = resolved.workloads[0]?.globalBatchSize ?? 1
  const counts = [...new Set(placements.map((placement) => placement.gpuCount))]
  const unit = Math.min(...counts) * smallestMicroBatch(resolved)
  const below = Math.max(unit, Math.floor(batch / unit) * unit)
  const sharding = resolved.shardings === 'auto' ? '' : ' with this sharding'
  return new UserError(
    'invalid-spec',
    `training.global_batch_size: ${batch} does not divide into micro-batches over ${counts.join(', ')} GPUs${sharding}`,
    `the nearest that do for ${Math.min(...counts)} GPUs are ${below} and ${below + unit}`,
  )
}

const smallestMicroBatch = (resolved: ResolvedSpec): number =>
  resolved.microBatchSizes === 'auto' ? 1 : Math.min(...resolved.microBatchSizes)
