import { remembered } from '../architecture/remember.ts'
import { type Hardware, type Parallelism, type Plan, shardsWeights } from '../domain/plan.ts'
import { UserError } from '../errors.ts'
import { autoShardings, explicitParallelism, namedParallelism } from './parallelism.ts'
import type { Placement } from './placements.ts'
import { shardedPrecision } from './precision.ts'
import type { Recipe } from './recipes.ts'
import type { ResolvedSpec } from './resolve.ts'

/** Ways to split a recipe over the GPUs of a placement. */
export function parallelismsFor(
  resolved: ResolvedSpec,
  recipe: Pick<Recipe, 'stack'>,
  placement: Placement,
): Parallelism[] {
  const words = resolved.shardings === 'auto' ? autoShardings(placement.gpuCount) : resolved.shardings
  const found = words.map((word) =>
    typeof word === 'string'
      ? namedParallelism(word, placement.gpuCount, recipe.stack.defaults.fsdp)
      : explicitParallelism(word, placement.gpuCount),
  )
  return found.filter((one) => one !== null)
}

/** Sequences that one data-parallel rank works through in an optimizer step; null when the global batch does not divide. */
export function sequencesPerRank(recipe: Recipe, parallelism: Parallelism): number | null {
  const share = recipe.workload.globalBatchSize / parallelism.dp
  return Number.isInteger(share) ? share : null
}

/** Micro-batches to try: the spec's that divide the rank's share, or all powers of two that do. */
export function microBatchesFor(resolved: ResolvedSpec, sequences: number): number[] {
  const candidates = resolved.microBatchSizes === 'auto' ? powersOfTwo(sequences) : resolved.microBatchSizes
  return candidates.filter((size) => sequences % size === 0)
}

function powersOfTwo(limit: number): number[] {
  const powers: number[] = []
  for (let size = 1; size <= limit; size *= 2) powers.push(size)
  return powers
}

/** `prepare_model_for_kbit_training` is skipped where the base is sharded (TRL) and for GPTQ bases (peft). */
function kbitUpcast(resolved: ResolvedSpec, recipe: Recipe, parallelism: Parallelism): boolean {
  if (recipe.quantization === null) return false
  const stated = resolved.spec.training?.kbit_upcast
  if (typeof stated === 'boolean') return stated
  return (
    recipe.stack.defaults.kbit_upcast &&
    !shardsWeights(parallelism.shard) &&
    !recipe.quantization.type.startsWith('gptq')
  )
}

/** Indices of the layers that `training.freeze.layers` names; null when it names none. */
function trainableLayers(resolved: ResolvedSpec): readonly number[] | null {
  const layers = resolved.spec.training?.freeze?.layers
  if (layers === undefined) return null
  const count = resolved.architecture.layerCount
  if (typeof layers !== 'string') return checked(layers, count)
  const [first = '', last = first] = layers.split('-')
  const from = first === '' ? 0 : Number(first)
  const to = last === '' ? count - 1 : Number(last)
  return checked(
    Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i),
    count,
  )
}

function checked(layers: readonly number[], count: number): readonly number[] {
  const outside = layers.find((layer) => layer >= count)
  if (layers.length > 0 && outside === undefined) return layers
  throw new UserError(
    'invalid-spec',
    `training.freeze.layers: ${outside === undefined ? 'names no layer' : `layer ${outside} does not exist`}`,
    `the model has layers 0-${count - 1}`,
  )
}

type FixedKnobs = Pick<Plan, 'trainableLayers' | 'evaluation' | 'checkpoints'>

/** Objects that every plan of a spec shares. */
const fixedKnobs = remembered((resolved: ResolvedSpec): FixedKnobs => {
  const { evaluation, checkpoints } = resolved.spec
  return {
    trainableLayers: trainableLayers(resolved),
    evaluation:
      evaluation === undefined
        ? null
        : {
            examples: evaluation.examples ?? 0,
            everySteps: evaluation.every_steps ?? null,
            generate: evaluation.generate ?? false,
          },
    checkpoints: { everySteps: checkpoints?.every_steps ?? null, keep: checkpoints?.keep ?? 1 },
  }
})

/** A fully pinned plan. */
export function pinPlan(
  resolved: ResolvedSpec,
  recipe: Recipe,
  hardware: Hardware,
  parallelism: Parallelism,
  microBatchSize: number,
): Plan {
  const training = resolved.spec.training ?? {}
  const { reentrant_checkpointing: reentrant } = training
  const { trainableLayers: layers, evaluation, checkpoints } = fixedKnobs(resolved)
  // Named one by one, because thousands are made and spreads are slow; the order goes into the hash of a plan's id.
  return {
    stack: recipe.stack,
    method: recipe.method,
    lora: recipe.lora,
    quantization: recipe.quantization,
    workload: recipe.workload,
    optimizer: recipe.optimizer,
    gradientCheckpointing: recipe.gradientCheckpointing,
    attention: recipe.attention,
    loss: recipe.loss,
    kernels: recipe.kernels,
    compile: recipe.compile,
    precision: shardedPrecision(recipe.precision, recipe.method.trains !== 'adapters', parallelism.shard),
    architecture: resolved.architecture,
    task: resolved.task,
    algorithm: resolved.algorithm,
    fusedBackward: training.fused_backward ?? false,
    reentrantCheckpointing:
      typeof reentrant === 'boolean' ? reentrant : recipe.stack.defaults.reentrant_checkpointing,
    kbitUpcast: kbitUpcast(resolved, recipe, parallelism),
    stackRelease: training.stack_release ?? 'latest',
    parallelism,
    offload: resolved.offload,
    trainableLayers: layers,
    microBatchSize,
    gradientAccumulation: recipe.workload.globalBatchSize / parallelism.dp / microBatchSize,
    hardware,
    evaluation,
    checkpoints,
  }
}
