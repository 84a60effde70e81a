import type { Layer, Linear } from '../../domain/architecture.ts'
import type { ActivationInputs } from './model.ts'

/** Widths and switches of one computation, derived once from the plan's settings. */
export interface Settings {
  readonly inputs: ActivationInputs
  /** Width in which products run under autocast, null without autocast. */
  readonly autocastWidth: number | null
  /** Width in which linears compute. */
  readonly computeWidth: number
  /** Width of weights that are neither quantised nor upcast. */
  readonly weightWidth: number
  /** Width of norms, embedding and head; 4 after `prepare_model_for_kbit_training`. */
  readonly plainWidth: number
  readonly adapterWidth: number
  readonly adapterDropout: boolean
  readonly fusedNorms: boolean
  readonly fusedActivation: boolean
  readonly fusedRotary: boolean
  /** The embedding's output needs a gradient: it trains, or checkpointing asks for input gradients. */
  readonly embeddingTrains: boolean
  readonly headTrains: boolean
}

const widthOf = { fp32: 4, bf16: 2, fp16: 2 } as const

const namesModule = (modules: readonly string[], name: string): boolean =>
  modules.some((module) => name === module || name.endsWith(`.${module}`))

export function settingsOf(inputs: ActivationInputs): Settings {
  const { precision, quantization, kernels, compile, habits, architecture, lora, trains } = inputs
  const weightWidth = widthOf[precision.weights]
  const autocastWidth = precision.autocast === 'none' ? null : 2
  const fused = kernels !== 'none' || compile
  const copies = lora?.trainModules ?? []
  return {
    inputs,
    autocastWidth,
    computeWidth: autocastWidth ?? weightWidth,
    weightWidth,
    plainWidth: quantization !== null && inputs.kbitUpcast ? 4 : weightWidth,
    adapterWidth: widthOf[precision.adapters],
    adapterDropout: (lora?.dropout ?? 0) > 0,
    fusedNorms: fused || habits.fusedNorms,
    fusedActivation: fused,
    fusedRotary: fused,
    embeddingTrains: trains === 'all' || namesModule(copies, architecture.embeddingName),
    headTrains: trains === 'all' || namesModule(copies, architecture.head.name),
  }
}

export const isQuantized = (settings: Settings, linear: Linear): boolean =>
  settings.inputs.quantization !== null && linear.group !== 'head'

/** Whether the base weights of a layer train, and whether its input needs a gradient. */
export interface LayerState {
  readonly trains: boolean
  readonly inputRequiresGrad: boolean
}

/** Layers of one group that behave alike. */
export interface LayerVariant extends LayerState {
  readonly layer: Layer
  readonly indices: readonly number[]
}
