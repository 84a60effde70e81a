import type { Library } from '../domain/library.ts'
import type { Hardware, Plan } from '../domain/plan.ts'
import { UserError } from '../errors.ts'
import type { Range } from '../units.ts'
import { parallelismsFor } from './pin.ts'
import { hardwareOf, type Placement, timedBy } from './placements.ts'
import type { ResolvedSpec } from './resolve.ts'
import { type Sibling, Siblings } from './siblings.ts'
import { type Split, Splits } from './splits.ts'

/** What the search asks of the formulas; `estimate` supplies them. */
export interface Judge<M, T> {
  /** Memory of a split recipe, whatever the micro-batch and the card. */
  prepareMemory(plan: Plan): M
  /** Time of a split recipe on given cards, whatever the micro-batch and the payment. */
  prepareTime(plan: Plan): T
  /** Bytes that a card must have; the same for every card. It grows with the micro-batch while gradients accumulate. */
  requiredBytes(prepared: M, plan: Plan): number
  /** Seconds of the whole run. */
  runSeconds(prepared: T, plan: Plan): Range
  /** Bytes of one checkpoint, whatever the micro-batch. */
  checkpointBytes(plan: Plan): number
}

/** Whether a pinned plan fits the memory of its card. */
export const fitsCard = <M, T>(plan: Plan, judge: Judge<M, T>): boolean =>
  judge.requiredBytes(judge.prepareMemory(plan), plan) <= plan.hardware.capacityBytes

/** A plan that survived: no sibling with the same quality, hardware and payment is better. */
export interface Survivor<M, T> extends Sibling {
  readonly placement: Placement
  readonly preparedMemory: M
  readonly preparedTime: T
}

export interface SearchResult<M, T> {
  readonly survivors: readonly Survivor<M, T>[]
  /** Plans that were looked at. */
  readonly candidates: number
}

export interface SearchOptions {
  /** Every plan survives. */
  readonly keepAll: boolean
  /** Called now and then with how many plans were decided on, and of how many. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/**
 * Looks at every plan that the spec allows.
 *
 * Sound pruning: memory grows with the micro-batch while gradients accumulate, so of the sizes above the first that does not fit only the
 * one without accumulation is tried; and among plans of equal quality (method, rank, base format, sequence length, stack) on the same cards
 * one that is no faster and stores no less than another can neither be cheaper, whoever rents the cards out.
 */
export function searchPlans<M, T>(
  resolved: ResolvedSpec,
  placements: readonly Placement[],
  library: Library,
  judge: Judge<M, T>,
  options: SearchOptions,
): SearchResult<M, T> {
  const splits = new Splits(resolved, library)
  const total = placements
    .flatMap((placement) => splits.on(placement))
    .reduce((sum, { sizes }) => sum + sizes.length, 0)
  if (total === 0) throw indivisible(resolved, placements)
  const everySize = options.keepAll || resolved.microBatchSizes !== 'auto'
  const search = new Search(judge, everySize, options.keepAll)
  const survivors: Survivor<M, T>[] = []
  let done = 0
  for (const placement of placements) {
    const visit = new Visit(search, placement)
    for (const split of splits.on(placement)) {
      visit.look(split)
      done += split.sizes.length
      options.onProgress?.(done, total)
    }
    for (const survivor of visit.survivors()) survivors.push(survivor)
  }
  return { survivors, candidates: search.candidates }
}

/** What a split needs whatever the card: prepared by the first placement, used by all. */
interface PreparedSplit<M> {
  readonly memory: M
  readonly checkpointBytes: number
  /** By micro-batch; NaN until asked for. */
  readonly requiredBytes: Float64Array
}

class Search<M, T> {
  candidates = 0
  readonly judge: Judge<M, T>
  readonly everySize: boolean
  readonly keepAll: boolean
  readonly #prepared = new Map<Split, PreparedSplit<M>>()

  constructor(judge: Judge<M, T>, everySize: boolean, keepAll: boolean) {
    this.judge = judge
    this.everySize = everySize
    this.keepAll = keepAll
  }

  prepared(split: Split): PreparedSplit<M> {
    const known = this.#prepared.get(split)
    if (known !== undefined) return known
    const prepared = {
      memory: this.judge.prepareMemory(split.plan),
      checkpointBytes: this.judge.checkpointBytes(split.plan),
      requiredBytes: new Float64Array(split.sizes.length).fill(Number.NaN),
    }
    this.#prepared.set(split, prepared)
    return prepared
  }

  requiredBytes(prepared: PreparedSplit<M>, index: number, plan: Plan): number {
    this.candidates++
    const known = prepared.requiredBytes[index] ?? Number.NaN
    if (!Number.isNaN(known)) return known
    const required = this.judge.requiredBytes(prepared.memory, plan)
    prepared.requiredBytes[index] = required
    return required
  }
}

/** The search on one placement. */
class Visit<M, T> {
  readonly #search: Search<M, T>
  readonly #placement: Placement
  readonly #ways: readonly Hardware[]
  readonly #siblings = new Map<string, Siblings<Survivor<M, T>>>()

  constructor(search: Search<M, T>, placement: Placement) {
    this.#search = search
    this.#placement = placement
    this.#ways = timedWays(placement)
  }

  look(split: Split): void {
    const prepared = this.#search.prepared(split)
    const [hardware] = this.#ways
    if (hardware === undefined) return
    const { everySize, judge } = this.#search
    const { sizes, sequences } = split
    const onCards: Plan = { ...split.plan, hardware }
    const { pp } = onCards.parallelism
    let preparedTime: T | undefined
    const last = sizes.length - 1
    for (let index = 0; index <= last; index++) {
      const microBatchSize = sizes[index] ?? 1
      const plan = { ...onCards, microBatchSize, gradientAccumulation: sequences / microBatchSize }
      const excessBytes = this.#search.requiredBytes(prepared, index, plan) - hardware.capacityBytes
      const fits = excessBytes <= 0
      // The nearest miss is the smallest micro-batch: of the larger ones only those that fit can matter.
      if (fits || everySize || index === 0) {
        preparedTime ??= judge.prepareTime(onCards)
        this.#offer(prepared, preparedTime, plan, excessBytes, split.quality)
      }
      // Without accumulation (the last size) gradients are not kept through the forward: it may fit where smaller sizes do not. A pipeline
      // has fewer micro-batches in flight the larger they are.
      if (!fits && !everySize && pp === 1) index = Math.max(index, last - 1)
    }
  }

  survivors(): Survivor<M, T>[] {
    return [...this.#siblings.values()].flatMap(({ kept }) => kept)
  }

  #offer(
    { memory, checkpointBytes }: PreparedSplit<M>,
    preparedTime: T,
    plan: Plan,
    excessBytes: number,
    quality: string,
  ): void {
    const { judge, keepAll } = this.#search
    const placement = this.#placement
    const survivor: Survivor<M, T> = {
      plan,
      placement,
      excessBytes,
      runSeconds:
        excessBytes > 0
          ? []
          : this.#ways.map((hardware) => judge.runSeconds(preparedTime, { ...plan, hardware })),
      checkpointBytes,
      preparedMemory: memory,
      preparedTime,
    }
    const siblings = this.#siblings.get(quality) ?? new Siblings<Survivor<M, T>>()
    this.#siblings.set(quality, siblings)
    if (keepAll) siblings.kept.push(survivor)
    else siblings.offer(survivor)
  }
}

/** The cards of a placement, once for each way of paying that moves the run time. */
function timedWays(placement: Placement): readonly Hardware[] {
  const found = new Map<unknown, Hardware>()
  for (const payment of placement.payments) {
    const way = timedBy(payment)
    if (!found.has(way)) found.set(way, hardwareOf(placement, payment))
  }
  return [...found.values()]
}

/** The spec allows no plan at all: the global batch does not divide over any count, or the sharding fits none. */
function indivisible(resolved: ResolvedSpec, placements: readonly Placement[]): UserError {
  const batch = resolved.workloads[0]?.globalBatchSize ?? 1
  const counts = [...new Set(placements.map((placement) => placement.gpuCount))]
  const splits = placements.some((placement) =>
    resolved.stacks.some((stack) => parallelismsFor(resolved, { stack }, placement).length > 0),
  )
  if (!splits) {
    return new UserError(
      'invalid-spec',
      `training.sharding: what the spec names does not fit ${counts.join(', ')} GPUs`,
      'none is for one GPU, ddp for several, and degrees must multiply to the number of GPUs; auto lets the planner choose',
    )
  }
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
