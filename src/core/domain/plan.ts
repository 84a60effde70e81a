import type { DType, Range } from '../units.ts'
import type { Architecture } from './architecture.ts'
import type { Gpu } from './gpu.ts'
import type { Method } from './method.ts'
import type { Commitment, Offer, ReclaimRate } from './offer.ts'
import type { Optimizer } from './optimizer.ts'
import type {
  algorithms,
  attentions,
  checkpointings,
  kernelSets,
  loraVariants,
  losses,
  offloads,
  quantizationTypes,
} from './spec-values.ts'
import type { Stack } from './stack.ts'

/** LoRA settings of a plan, defaults applied. */
export interface LoraSettings {
  readonly rank: number
  readonly alpha: number
  /** Module names, or one of the closed words `all-linear`, `attention`, `mlp`, `embeddings`. */
  readonly targets: readonly string[]
  readonly dropout: number
  readonly variant: (typeof loraVariants)[number]
  /** Whole modules that train beside the adapters (peft `modules_to_save`): `embed_tokens`, `lm_head`, ... */
  readonly trainModules: readonly string[]
  /** Adapters kept on the card at once. */
  readonly count: number
}

export interface QuantizationSettings {
  readonly type: (typeof quantizationTypes)[number]
  readonly doubleQuant: boolean
}

/** Which dtype what is held and computed in. */
export interface Precision {
  /** Name as in the spec, or `custom`. */
  readonly name: string
  /** Dtype of the weights that the forward pass holds (what is not quantised). */
  readonly weights: 'fp32' | 'bf16' | 'fp16'
  readonly autocast: 'none' | 'bf16' | 'fp16'
  readonly adapters: 'fp32' | 'bf16' | 'fp16'
  /** fp32 master copies of trainable weights beside 16-bit ones. */
  readonly master: boolean
  /** Linear layers run in fp8. */
  readonly fp8: boolean
}

/** Degrees and kinds of parallelism. tp·pp·cp·dp = all GPUs; ep divides dp. */
export interface Parallelism {
  /** Name as in the spec: none, ddp, zero1, zero2, zero3, fsdp1, fsdp2, or `custom` for explicit degrees. */
  readonly name: string
  readonly tp: number
  readonly pp: number
  readonly cp: number
  readonly ep: number
  readonly dp: number
  /** What data parallelism shards: none (DDP), zero1 (states), zero2 (+ gradients), zero3/fsdp1/fsdp2 (+ weights). */
  readonly shard: 'none' | 'zero1' | 'zero2' | 'zero3' | 'fsdp1' | 'fsdp2'
}

export interface Interconnect {
  /** GPU to GPU inside a node, one direction. */
  readonly kind: string
  readonly bytesPerSecond: number
  /** Peer access between GPUs without NVLink (GeForce has none). */
  readonly peerAccess: boolean
  /** Between nodes, one direction, for each GPU; null with one node. */
  readonly interNodeBytesPerSecond: number | null
}

/** One card model, how many and how they are connected. */
export interface Machines {
  readonly gpu: Gpu
  readonly gpuCount: number
  readonly nodes: number
  readonly gpusPerNode: number
  /** Memory of one card that a plan is judged against. */
  readonly capacityBytes: number
  readonly interconnect: Interconnect
}

/** Machines and how they are paid. */
export interface Hardware extends Machines {
  readonly owned: boolean
  /** Price row that the plan is paid with; null when owned or no price is known. */
  readonly offer: Offer | null
  readonly provider: string | null
  readonly commitment: Commitment | null
  readonly region: string | null
  /** How often the machines are taken back; null unless they are spot. */
  readonly reclaims: ReclaimRate | null
  /** What the provider rents out with this card on demand: what serves the result may be smaller than what trains it. */
  readonly siblings: readonly Offer[]
}

/** Tokens and examples of the data, defaults applied. */
export interface Workload {
  readonly examples: number
  readonly epochs: number
  /** Tokens of one example. */
  readonly meanTokens: number
  readonly p95Tokens: number | null
  readonly maxTokens: number
  readonly packing: 'packed' | 'padded' | 'padding-free'
  readonly sequenceLength: number
  readonly globalBatchSize: number
}

/** Everything that decides memory and time of one rank, fully pinned. */
export interface Plan {
  readonly architecture: Architecture
  readonly method: Method
  readonly task: string
  readonly algorithm: (typeof algorithms)[number]
  readonly lora: LoraSettings | null
  readonly quantization: QuantizationSettings | null
  readonly precision: Precision
  readonly optimizer: Optimizer
  readonly fusedBackward: boolean
  readonly gradientCheckpointing: (typeof checkpointings)[number]
  readonly reentrantCheckpointing: boolean
  readonly attention: (typeof attentions)[number]
  readonly loss: (typeof losses)[number]
  readonly kernels: (typeof kernelSets)[number]
  readonly compile: boolean
  readonly kbitUpcast: boolean
  readonly stack: Stack
  /** Month of the framework release, `2024-06`, or `latest`. */
  readonly stackRelease: string
  readonly parallelism: Parallelism
  readonly offload: readonly Exclude<(typeof offloads)[number], 'none'>[]
  /** Layers that train under `freeze`, null for all. */
  readonly trainableLayers: readonly number[] | null
  readonly microBatchSize: number
  readonly gradientAccumulation: number
  readonly workload: Workload
  readonly hardware: Hardware
  readonly evaluation: {
    readonly examples: number
    readonly everySteps: number | null
    readonly generate: boolean
  } | null
  readonly checkpoints: { readonly everySteps: number | null; readonly keep: number }
}

/** Dtype of the weights while the forward pass uses them. */
export const computeDType = (precision: Precision): DType =>
  precision.autocast === 'none' ? precision.weights : precision.autocast

/** Padding gives attention a mask; packed and padding-free batches, and examples of equal length, need none. */
export const isPadded = ({ packing, meanTokens, maxTokens }: Workload): boolean =>
  packing === 'padded' && meanTokens < maxTokens

type Shard = Parallelism['shard']

export const isFsdp = (shard: Shard): boolean => shard === 'fsdp1' || shard === 'fsdp2'

/** Weights are gathered for use: every rank holds a slice of each. */
export const shardsWeights = (shard: Shard): boolean => shard === 'zero3' || isFsdp(shard)

/** The optimizer steps in host memory: it runs there, or its states are offloaded, alone or with the parameters. */
export const stepsOnHost = ({ optimizer, offload }: Pick<Plan, 'optimizer' | 'offload'>): boolean =>
  optimizer.on_cpu || offload.includes('optimizer') || offload.includes('parameters')

/** Sequences in one forward pass for each sample: preference pairs run the chosen and the rejected answer. @source trl */
export const sequencesPerSample = (algorithm: Plan['algorithm']): number =>
  algorithm === 'dpo' || algorithm === 'orpo' || algorithm === 'rm' ? 2 : 1

/** A range around a middle by relative factors. */
export const rangeAround = (mid: number, lowFactor: number, highFactor: number): Range => ({
  low: mid * lowFactor,
  mid,
  high: mid * highFactor,
})
