import type { Api } from './api.ts'
import type { DefaultValues } from './defaults.ts'
import type { Gpu } from './gpu.ts'
import type { MeasuredScore } from './measured-score.ts'
import type { Method } from './method.ts'
import type { Offer } from './offer.ts'
import type { Optimizer } from './optimizer.ts'
import type { Spec } from './spec.ts'
import type { Stack } from './stack.ts'
import type { OwnRun } from './user-calibration.ts'

/** A model as the catalog knows it: its config is what everything is derived from. */
export interface LibraryModel {
  readonly id: string | null
  readonly config: unknown
}

/** Link rates that the GPU presets do not carry. All one direction. */
export interface LinkRates {
  /** By PCIe generation word of the GPU preset, as in "4.0 x16". */
  readonly pcieBytesPerSecond: (pcie: string) => number
  /** Network between nodes for each GPU. */
  readonly interNodeBytesPerSecond: (gpu: Gpu) => number
}

/** Everything the core looks up by id. The catalog implements it; an unknown id is a UserError with suggestions. */
export interface Library {
  model(reference: NonNullable<Spec['model']>): LibraryModel
  gpu(id: string): Gpu
  optimizer(id: string): Optimizer
  method(id: string): Method
  stack(id: string): Stack
  /** Id of a provider with a price list; an unknown one is an error with suggestions. */
  providerId(name: string): string
  /** Whose list a provider's prices are from: the package's, the user's own (imported or in `--presets`), or a lock. */
  priceOrigin(provider: string): 'package' | 'own' | 'lock'
  /** Every way to rent this GPU that is on file. */
  offers(gpuId: string): readonly Offer[]
  linkRates(): LinkRates
  defaults(): DefaultValues
  /** Services that fine-tune for a price per token. */
  apis(): readonly Api[]
  /** Scores that the user measured on tasks of the same kind (`ftplan calibrate`). */
  measuredScores(): readonly MeasuredScore[]
  /** Runs that the user measured (`ftplan calibrate`); where the library has none, estimates are the packaged ones. */
  ownRuns?(): readonly OwnRun[]
  /** A parsed preset file outside the kinds above: calibration, tasks, market data. */
  data(name: string): unknown
  readonly presetsVersion: string
}
