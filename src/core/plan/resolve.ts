import type { Architecture } from '../domain/architecture.ts'
import type { Library } from '../domain/library.ts'
import type { Method } from '../domain/method.ts'
import type { LoraSettings, QuantizationSettings, Workload } from '../domain/plan.ts'
import type { HardwareEntry, Origin, Spec } from '../domain/spec.ts'
import type { DegreesSpec, PrecisionSpec, Training } from '../domain/spec-training.ts'
import type { Stack } from '../domain/stack.ts'
import { type Note, note } from '../notes.ts'
import { listOf } from './product.ts'
import { resolveStack } from './stack-overrides.ts'
import { workloadOf } from './workload.ts'

/** A knob of the resolved spec: the values to try, or `auto` for the planner to choose. */
export type Knob<T> = readonly T[] | 'auto'

type Sharding = Exclude<Training['sharding'], undefined | 'auto' | readonly unknown[]> | DegreesSpec

/** The spec with every default filled in and every id looked up. */
export interface ResolvedSpec {
  readonly spec: Spec
  readonly origins: Readonly<Record<string, Origin>>
  readonly modelId: string | null
  readonly architecture: Architecture
  readonly task: NonNullable<Training['task']>
  readonly algorithm: NonNullable<Training['algorithm']>
  readonly methods: readonly Method[]
  readonly ranks: readonly number[]
  readonly lora: Omit<LoraSettings, 'rank' | 'alpha'> & { readonly alpha: number | null }
  readonly quantizations: readonly QuantizationSettings[]
  readonly workloads: readonly Workload[]
  readonly stacks: readonly Stack[]
  readonly microBatchSizes: Knob<number>
  readonly precisions: Knob<PrecisionSpec>
  readonly optimizers: readonly string[]
  readonly checkpointings: Knob<'none' | 'full' | 'selective' | 'offload'>
  readonly attentions: Knob<'eager' | 'sdpa' | 'flash'>
  readonly losses: Knob<'materialized' | 'fused-ce' | 'fused-linear-ce' | 'chunked'>
  readonly kernels: Knob<'none' | 'liger' | 'foak' | 'unsloth'>
  readonly compiles: readonly boolean[]
  readonly shardings: Knob<Sharding>
  readonly offload: readonly ('optimizer' | 'parameters' | 'activations')[]
  readonly hardware: readonly HardwareEntry[]
  readonly notes: readonly Note[]
}

const knobOf = <T>(value: 'auto' | T | readonly T[] | undefined): Knob<T> =>
  value === undefined || value === 'auto' ? 'auto' : listOf(value as T | readonly T[])

/** Fills in the documented defaults, looks up every id and collects a note for each default that decides something. */
export function resolveSpec(
  spec: Spec,
  origins: Readonly<Record<string, Origin>>,
  library: Library,
  architectureOf: (config: unknown) => Architecture,
): ResolvedSpec {
  const defaults = library.defaults()
  const training = spec.training ?? {}
  const notes: Note[] = []
  const assumed = <T>(key: string, value: T): T => {
    notes.push(note('default-used', { key, value: String(value) }))
    return value
  }
  const model = library.model(spec.model ?? assumed('model', 'llama-3.1-8b'))
  const architecture = architectureOf(model.config)
  const hardware = spec.hardware === undefined ? defaults.hardware : listOf(spec.hardware)
  if (spec.hardware === undefined) assumed('hardware', describeHardware(defaults.hardware))
  const stackIds = training.stack === undefined ? [defaults.stack] : listOf(training.stack)
  return {
    spec,
    origins,
    modelId: model.id,
    architecture,
    task: training.task ?? 'instruct',
    algorithm: training.algorithm ?? 'sft',
    methods: listOf(training.method ?? (['full', 'lora', 'qlora'] as const)).map((id) => library.method(id)),
    ranks: listOf(training.lora?.rank ?? defaults.rank),
    lora: loraOf(training),
    quantizations: quantizationsOf(training),
    workloads: workloadOf(spec, architecture, defaults, notes),
    stacks: stackIds.map((id) => resolveStack(library.stack(id), training)),
    microBatchSizes: knobOf(training.micro_batch_size),
    precisions: knobOf(training.precision),
    optimizers:
      training.optimizer === undefined || training.optimizer === 'auto'
        ? defaults.optimizers
        : listOf(training.optimizer),
    checkpointings: knobOf(training.gradient_checkpointing),
    attentions: knobOf(training.attention),
    losses: knobOf(training.loss),
    kernels: knobOf(training.kernels),
    compiles: listOf(training.compile ?? false),
    shardings: knobOf(training.sharding) as Knob<Sharding>,
    offload: listOf(training.offload ?? 'none').filter((word) => word !== 'none'),
    hardware: hardware.map((entry) => withProviders(entry, library)),
    notes,
  }
}

/** Names of providers become ids; one without a price list is fine only where the spec states the price. */
function withProviders(entry: HardwareEntry, library: Library): HardwareEntry {
  if (entry.provider === undefined || entry.usd_per_gpu_hour !== undefined) return entry
  return { ...entry, provider: listOf(entry.provider).map((name) => library.providerId(name)) }
}

function loraOf(training: Training): ResolvedSpec['lora'] {
  const lora = training.lora ?? {}
  return {
    alpha: lora.alpha ?? null,
    targets: lora.targets === undefined ? ['all-linear'] : listOf(lora.targets),
    dropout: lora.dropout ?? 0,
    variant: lora.variant ?? 'lora',
    trainModules: lora.train_modules ?? [],
    count: lora.count ?? 1,
  }
}

function quantizationsOf(training: Training): readonly QuantizationSettings[] {
  const { type = 'nf4', double_quant: doubleQuant = true } = training.quantization ?? {}
  return listOf(type).map((one) => ({
    type: one,
    doubleQuant: doubleQuant && (one === 'nf4' || one === 'fp4'),
  }))
}

const describeHardware = (entries: readonly HardwareEntry[]): string =>
  entries.map(({ gpu, count }) => `${listOf(count ?? 1).join('/')} x ${listOf(gpu).join('/')}`).join(', ')
