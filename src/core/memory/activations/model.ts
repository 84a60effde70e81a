import type { LoraSettings, Plan, QuantizationSettings } from '../../domain/plan.ts'
import type { Footprint } from './footprint.ts'
import type { ActivationHabits } from './habits.ts'
import { rememberedModel } from './remembered.ts'

/** Part of what is alive at one moment. Footprints count the whole model, all layers together. */
export interface KeyedFootprint {
  /**
   * First word `activations`, `loss` or `temporary`, then the module: activations/{attention, mlp, experts, norms,
   * residual, checkpoints, weight-casts, rotary, embedding, adapters}, loss/{logits, log-softmax, labels},
   * temporary/{backward, forward, gradients, dequantized-weight, embedding-gradient}. `temporary/gradients` are
   * parameter gradients of the layer in work that exist already.
   */
  readonly key: string
  readonly footprint: Footprint
  /** `split`: tensor parallelism divides it; `sequence`: only sequence parallelism does (tensors of hidden width). */
  readonly tensorParallel: 'split' | 'sequence'
  /** True where it belongs to the layers, so that a pipeline stage holds its share of layers of it. */
  readonly perLayer: boolean
  readonly formula: string
  readonly source: string
}

/** What is alive at one moment beside weights, optimizer states and finished gradients. */
export interface Moment {
  /** `loss`, `head`, `layer 31 backward`, `embedding`, ... */
  readonly name: string
  /** Layers whose parameter gradients exist already (backward runs from the last layer to the first). */
  readonly layersDone: number
  /** Gradients of the head and the final norm exist already; that of the embedding is the last. */
  readonly headDone: boolean
  readonly alive: readonly KeyedFootprint[]
}

/**
 * Saved tensors and peaks of one micro-batch, for one rank without parallelism. Each list holds the candidates for
 * the maximum of its phase: evaluate all of them at the micro-batch and take the largest.
 */
export interface ActivationModel {
  /** Everything alive after the forward, autocast context closed, `outputs.logits` released. */
  readonly afterForward: readonly KeyedFootprint[]
  /** Layer inputs that offloaded checkpointing moves to host memory; empty otherwise. */
  readonly offloaded: readonly KeyedFootprint[]
  /** Up to the logits. */
  readonly forward: readonly Moment[]
  /** From the logits to their gradient: end of the forward and start of the backward. */
  readonly loss: readonly Moment[]
  /** Head, layers (recomputed when checkpointed) and embedding. */
  readonly backward: readonly Moment[]
}

/** Taken from the plan as they are. */
type Settled =
  | 'precision'
  | 'attention'
  | 'loss'
  | 'kernels'
  | 'compile'
  | 'gradientCheckpointing'
  | 'reentrantCheckpointing'
  | 'kbitUpcast'
  | 'trainableLayers'

export interface ActivationInputs extends Pick<Plan, Settled> {
  /** As the stack's own code runs it. */
  readonly architecture: Plan['architecture']
  /** Which of the model's own tensors train. */
  readonly trains: Plan['method']['trains']
  readonly lora: Pick<LoraSettings, 'rank' | 'dropout' | 'variant' | 'trainModules'> | null
  /** Names (`Linear.name`) of the linears that have an adapter. */
  readonly adaptedLinears: ReadonlySet<string>
  readonly quantization: QuantizationSettings['type'] | null
  /** The batch is padded: SDPA gets a mask. */
  readonly padded: boolean
  /** Only compared with sliding windows: a sequence longer than the window gives SDPA a mask in those layers. */
  readonly sequenceLength: number
  /** Exact at this size, several when absent. With more than one sequence batched products of eager attention copy
   * views of a larger tensor, and a mask without padding is shared by the sequences. */
  readonly microBatchSize?: number
  readonly habits: ActivationHabits
}

/** Saved tensors and peaks of one micro-batch, derived from a tape of the model's operations. */
export const activationModel = (inputs: ActivationInputs): ActivationModel => rememberedModel(inputs)
