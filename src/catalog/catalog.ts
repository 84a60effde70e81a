import { offersOfList } from '../core/cost/offers.ts'
import type { Api } from '../core/domain/api.ts'
import type { Market } from '../core/domain/bill.ts'
import type { DefaultValues } from '../core/domain/defaults.ts'
import type { Gpu } from '../core/domain/gpu.ts'
import type { Interconnects } from '../core/domain/interconnect.ts'
import type { Library, LibraryModel, LinkRates } from '../core/domain/library.ts'
import type { MeasuredScore } from '../core/domain/measured-score.ts'
import type { Method } from '../core/domain/method.ts'
import type { ModelPreset } from '../core/domain/model.ts'
import type { Offer, PriceList } from '../core/domain/offer.ts'
import type { Optimizer } from '../core/domain/optimizer.ts'
import type { RunList } from '../core/domain/run.ts'
import type { Scenario } from '../core/domain/scenario.ts'
import type { Source } from '../core/domain/source.ts'
import type { Spec } from '../core/domain/spec.ts'
import type { Stack } from '../core/domain/stack.ts'
import { UserError } from '../core/errors.ts'
import type { HubAccess } from './hub.ts'
import { isHubId } from './hub.ts'
import { linkRatesOf } from './link-rates.ts'
import { hubModel, localModel, type ModelPlaces, type ModelReference, missingHubModel } from './models.ts'
import { ambiguousName, plainName, unknownName } from './names.ts'
import type { PackagedPresets } from './packaged.ts'
import type { PresetStore } from './store.ts'
import { suggest } from './suggest.ts'

/** Everything on file, looked up by id and read when it is asked for. An unknown id is a UserError with the nearest names. */
export class Catalog implements Library {
  readonly presetsVersion: string
  private readonly packaged: PackagedPresets
  private readonly overlays: readonly PresetStore[]
  private readonly places: ModelPlaces
  private readonly scores: readonly MeasuredScore[]
  private readonly fetched = new Map<string, LibraryModel>()
  private readonly values = new Map<string, unknown>()

  /** The overlays come in the order in which they count, the last laid on top. */
  constructor(options: {
    readonly packaged: PackagedPresets
    readonly overlays: readonly PresetStore[]
    readonly places: ModelPlaces
    readonly measuredScores: readonly MeasuredScore[]
  }) {
    this.packaged = options.packaged
    this.overlays = [...options.overlays].reverse()
    this.places = options.places
    this.scores = options.measuredScores
    this.presetsVersion =
      options.overlays.length === 0 ? this.packaged.version : `${this.packaged.version} and own presets`
  }

  // Lookups of the core

  model(reference: ModelReference): LibraryModel {
    if (typeof reference !== 'string') return { id: reference.id ?? null, config: reference.config }
    const known = this.knownModel(reference)
    if (known !== null) return known
    if (isHubId(reference)) throw this.withNearest(missingHubModel(reference), reference)
    throw unknownName('models', reference, this.ids('models'))
  }

  gpu(id: string): Gpu {
    return this.preset('gpus', id) as Gpu
  }

  optimizer(id: string): Optimizer {
    return this.preset('optimizers', id) as Optimizer
  }

  method(id: string): Method {
    return this.preset('methods', id) as Method
  }

  stack(id: string): Stack {
    return this.preset('stacks', id) as Stack
  }

  providerId(name: string): string {
    return this.idOf('prices', name)
  }

  priceOrigin(provider: string): 'package' | 'own' {
    return this.overlays.some((store) => store.has(`prices/${provider}`)) ? 'own' : 'package'
  }

  offers(gpuId: string): readonly Offer[] {
    const gpu = this.idOf('gpus', gpuId)
    const own = this.overlays.flatMap((store, layer) =>
      store.ids('prices').flatMap((id) => {
        const above = this.overlays.slice(0, layer)
        return above.some((one) => one.has(`prices/${id}`)) ? [] : [store.read(`prices/${id}`) as PriceList]
      }),
    )
    const packaged = (this.packaged.pricesOf(gpu) as readonly PriceList[]).filter(
      ({ id }) => !this.overlays.some((store) => store.has(`prices/${id}`)),
    )
    return [...own, ...packaged].flatMap(offersOfList).filter((offer) => offer.gpu === gpu)
  }

  linkRates(): LinkRates {
    return linkRatesOf(this.data('interconnects') as Interconnects)
  }

  defaults(): DefaultValues {
    return this.data('defaults') as DefaultValues
  }

  apis(): readonly Api[] {
    return this.all('apis') as readonly Api[]
  }

  measuredScores(): readonly MeasuredScore[] {
    return this.scores
  }

  /** The value of any preset file by its path: `market`, `calibration/time`, `tasks/math`. */
  data(name: string): unknown {
    const found = this.values.get(name)
    if (found !== undefined) return found
    const store = this.stores().find((one) => one.has(name))
    if (store === undefined) throw new UserError('not-found', `there is no preset file ${name}`)
    const value = store.read(name)
    this.values.set(name, value)
    return value
  }

  // Further lookups of the commands

  /** Ids of a kind (`models`, `gpus`, `prices`, ...), own presets included, sorted. */
  ids(kind: string): readonly string[] {
    return [...new Set(this.stores().flatMap((store) => store.ids(kind)))].sort()
  }

  /** Every preset of a kind, in the order of ids. */
  all(kind: string): readonly unknown[] {
    return this.ids(kind).map((id) => this.data(`${kind}/${id}`))
  }

  /** Whether a name stands for one preset of this kind. */
  has(kind: string, name: string): boolean {
    return this.idsNamed(kind, name).length === 1
  }

  /** The preset of a kind that a name stands for. */
  preset(kind: string, name: string): unknown {
    return this.data(`${kind}/${this.idOf(kind, name)}`)
  }

  modelPreset(name: string): ModelPreset {
    return this.preset('models', name) as ModelPreset
  }

  scenario(id: string): Scenario {
    return this.preset('scenarios', id) as Scenario
  }

  priceList(provider: string): PriceList {
    return this.preset('prices', provider) as PriceList
  }

  prices(): readonly PriceList[] {
    return this.all('prices') as readonly PriceList[]
  }

  market(): Market {
    return this.data('market') as Market
  }

  runs(): readonly RunList[] {
    return this.all('runs') as readonly RunList[]
  }

  /** Citation keys; own ones are added to the packaged ones. */
  sources(): Readonly<Record<string, Source>> {
    const tables = this.stores().flatMap((store) => (store.has('sources') ? [store.read('sources')] : []))
    return Object.assign({}, ...tables.reverse())
  }

  /** Refuses a spec that rents from a provider nobody knows; one with a stated price may have any name. */
  checkProviders(hardware: Spec['hardware']): void {
    const entries = hardware === undefined ? [] : Array.isArray(hardware) ? hardware : [hardware]
    for (const { provider, usd_per_gpu_hour: stated } of entries) {
      if (stated !== undefined || provider === undefined) continue
      for (const name of Array.isArray(provider) ? provider : [provider]) this.priceList(name)
    }
  }

  /** Fetches the config of a Hub model that is not on this machine, so that `model` finds it. */
  async fetchModel(reference: ModelReference, access: HubAccess): Promise<void> {
    if (typeof reference !== 'string' || !isHubId(reference) || this.knownModel(reference) !== null) return
    try {
      this.fetched.set(reference, await hubModel(reference, access))
    } catch (error) {
      throw error instanceof UserError ? this.withNearest(error, reference) : error
    }
  }

  /** Names the preset that a Hub id sounds like: a copy of a model mostly has its name. */
  private withNearest(error: UserError, reference: string): UserError {
    const [near] = suggest(reference.split('/')[1] ?? '', this.ids('models'))
    if (near === undefined) return error
    return new UserError(
      error.code,
      error.message,
      `did you mean the preset ${near}? ${error.hint ?? ''}`.trim(),
    )
  }

  private knownModel(reference: string): LibraryModel | null {
    const fetched = this.fetched.get(reference)
    if (fetched !== undefined) return fetched
    if (this.idsNamed('models', reference).length > 0) {
      const { id, config } = this.modelPreset(reference)
      return { id, config }
    }
    return localModel(reference, this.places)
  }

  /** The one id that a name stands for. */
  private idOf(kind: string, name: string): string {
    const ids = this.idsNamed(kind, name)
    const [id] = ids
    if (id === undefined) throw unknownName(kind, name, this.ids(kind))
    if (ids.length > 1) throw ambiguousName(kind, name, ids)
    return id
  }

  private idsNamed(kind: string, name: string): readonly string[] {
    const written = name.trim().toLowerCase()
    if (this.stores().some((store) => store.has(`${kind}/${written}`))) return [written]
    const plain = plainName(kind, name)
    const byId = this.stores().flatMap((store) =>
      store.ids(kind).filter((id) => plainName(kind, id) === plain),
    )
    const found = byId.length > 0 ? byId : this.stores().flatMap((store) => store.named(kind, plain))
    return [...new Set(found)]
  }

  private stores(): readonly PresetStore[] {
    return [...this.overlays, this.packaged]
  }
}
