import type { Gpu } from '../domain/gpu.ts'
import type { Library } from '../domain/library.ts'
import type { Method } from '../domain/method.ts'
import type { Optimizer } from '../domain/optimizer.ts'
import type { LoraSettings, Plan, Precision, QuantizationSettings, Workload } from '../domain/plan.ts'
import type { PrecisionSpec } from '../domain/spec-training.ts'
import type { Stack } from '../domain/stack.ts'
import { Memo } from '../memo.ts'
import { autoPrecision, precisionOf } from './precision.ts'
import { product } from './product.ts'
import type { Knob, ResolvedSpec } from './resolve.ts'

/** Everything about a plan that does not depend on where it runs and how it is split over GPUs. */
export interface Recipe {
  readonly method: Method
  readonly lora: LoraSettings | null
  readonly quantization: QuantizationSettings | null
  readonly precision: Precision
  readonly optimizer: Optimizer
  readonly gradientCheckpointing: Plan['gradientCheckpointing']
  readonly attention: Plan['attention']
  readonly loss: Plan['loss']
  readonly kernels: Plan['kernels']
  readonly compile: boolean
  readonly stack: Stack
  readonly workload: Workload
}

const choose = <T>(knob: Knob<T>, auto: readonly T[]): readonly T[] => (knob === 'auto' ? auto : knob)

/** Flash attention needs CUDA compute capability 8.0 (or a vendor port of it); older and other cards run SDPA. */
export const bestAttention = (gpu: Gpu): 'flash' | 'sdpa' =>
  gpu.vendor === 'nvidia' && Number(gpu.computeCapability ?? 0) < 8
    ? 'sdpa'
    : gpu.vendor === 'apple'
      ? 'sdpa'
      : 'flash'

/** Alpha follows the rank (2 x rank) unless the spec states it. */
const loraSettings = (resolved: ResolvedSpec, rank: number): LoraSettings => ({
  ...resolved.lora,
  rank,
  alpha: resolved.lora.alpha ?? 2 * rank,
})

/** Methods and stacks share the settings of a rank, so that what they need is prepared once. */
const sharedLora = new Memo<LoraSettings>()

/** The adapter settings, base formats and ranks that a method multiplies out to. */
function variantsOf(
  resolved: ResolvedSpec,
  method: Method,
): readonly Pick<Recipe, 'lora' | 'quantization'>[] {
  const ranks = method.trains === 'adapters' || method.low_rank_states ? resolved.ranks : [null]
  const bases = method.quantized_base ? resolved.quantizations : [null]
  return ranks.flatMap((rank) =>
    bases.map((quantization) => ({
      lora: rank === null ? null : sharedLora.get([resolved], `${rank}`, () => loraSettings(resolved, rank)),
      quantization,
    })),
  )
}

/** Every recipe that the spec allows on a GPU; `auto` knobs take the few values that can pay off. */
export function recipesFor(resolved: ResolvedSpec, gpu: Gpu, library: Library): Recipe[] {
  const pairs = product<{ stack: Stack; method: Method }>({
    stack: resolved.stacks,
    method: resolved.methods,
  })
  return pairs.flatMap(({ stack, method }) => {
    const axes = product<{ variant: Variant; precision: PrecisionSpec; knobs: KnobValues }>({
      variant: variantsOf(resolved, method),
      precision: choose(resolved.precisions, [autoPrecision(habitOf(stack, method), gpu)]),
      knobs: knobCombinations(resolved, stack, gpu, library),
    })
    return axes.map(({ variant, precision, knobs }) => ({
      stack,
      method,
      ...variant,
      ...knobs,
      precision: precisionOf(precision, method.trains !== 'adapters'),
    }))
  })
}

const habitOf = (stack: Stack, method: Method): string =>
  method.trains === 'adapters' ? stack.defaults.precision_adapters : stack.defaults.precision_full

type Variant = Pick<Recipe, 'lora' | 'quantization'>
type KnobValues = Omit<Recipe, 'stack' | 'method' | 'lora' | 'quantization' | 'precision'>

function knobCombinations(resolved: ResolvedSpec, stack: Stack, gpu: Gpu, library: Library): KnobValues[] {
  return product({
    workload: resolved.workloads,
    optimizer: resolved.optimizers.map((id) => library.optimizer(id)),
    gradientCheckpointing: choose(resolved.checkpointings, ['none', 'full'] as const),
    attention: choose(resolved.attentions, [bestAttention(gpu)]),
    loss: choose(resolved.losses, [stack.defaults.loss]),
    kernels: choose(resolved.kernels, [stack.defaults.kernels]),
    compile: resolved.compiles,
  })
}
