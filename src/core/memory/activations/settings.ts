import type { Layer, Linear } from '../../domain/architecture.ts'
import { bytesPerValue } from '../../units.ts'
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
  /** peft casts an adapter's input to the adapter's dtype; Unsloth's kernels do not. */
  readonly castsAdapterInput: boolean
  readonly adapterDropout: boolean
  readonly fusedNorms: boolean
  readonly fusedActivation: boolean
  readonly fusedRotary: boolean
  readonly embeddingTrains: boolean
  /** The embedding's output needs a gradient: it trains, or reentrant checkpointing asks for input gradients. */
  readonly embeddingRequiresGrad: boolean
  readonly headTrains: boolean
}

const namesModule = (modules: readonly string[], name: string): boolean =>
  modules.some((module) => name === module || name.endsWith(`.${module}`))

type Widths = Pick<Settings, 'autocastWidth' | 'computeWidth' | 'weightWidth' | 'plainWidth' | 'adapterWidth'>

function widthsOf({ precision, quantization, habits, kbitUpcast }: ActivationInputs): Widths {
  const wide = habits.fp32Activations && quantization !== null
  const weightWidth = bytesPerValue[precision.weights]
  const autocastWidth = precision.autocast === 'none' || wide ? null : 2
  return {
    autocastWidth,
    computeWidth: autocastWidth ?? (wide ? 4 : weightWidth),
    weightWidth,
    plainWidth: wide || (quantization !== null && kbitUpcast) ? 4 : weightWidth,
    adapterWidth: bytesPerValue[precision.adapters],
  }
}

export function settingsOf(inputs: ActivationInputs): Settings {
  const { architecture, lora, trains, gradientCheckpointing } = inputs
  const fused = inputs.kernels !== 'none' || inputs.compile
  const copies = lora?.trainModules ?? []
  const embeddingTrains = trains === 'all' || namesModule(copies, architecture.embeddingName)
  const asksInputGradients = inputs.reentrantCheckpointing && gradientCheckpointing !== 'none'
  return {
    inputs,
    ...widthsOf(inputs),
    castsAdapterInput: inputs.kernels !== 'unsloth',
    adapterDropout: (lora?.dropout ?? 0) > 0,
    fusedNorms: fused || inputs.habits.fusedNorms,
    fusedActivation: inputs.compile || (fused && inputs.kernels !== 'foak'),
    fusedRotary: fused,
    embeddingTrains,
    embeddingRequiresGrad: embeddingTrains || asksInputGradients,
    headTrains: trains === 'all' || namesModule(copies, architecture.head.name),
  }
}

export const isQuantized = (settings: Settings, linear: Linear): boolean =>
  settings.inputs.quantization !== null &&
  (linear.group !== 'head' || (settings.inputs.habits.quantizesHead && linear.role === 'head'))

/** Layers of one group that behave alike: whether their base weights train, and whether their input needs a gradient. */
export interface LayerVariant {
  readonly trains: boolean
  readonly inputRequiresGrad: boolean
  readonly layer: Layer
  readonly indices: readonly number[]
}
