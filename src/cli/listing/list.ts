import type { Catalog } from '../../catalog/index.ts'
import type { Gpu } from '../../core/domain/gpu.ts'
import type { Method } from '../../core/domain/method.ts'
import type { ModelPreset } from '../../core/domain/model.ts'
import type { PriceList } from '../../core/domain/offer.ts'
import type { Optimizer } from '../../core/domain/optimizer.ts'
import type { Scenario } from '../../core/domain/scenario.ts'
import type { Stack } from '../../core/domain/stack.ts'
import { type Column, right as figures } from '../../render/column.ts'
import { formatCount, formatGib, formatUsd, orUnknown } from '../../render/format.ts'
import type { Sheet } from '../../render/sheet.ts'
import { type ListedKind, listedKinds } from './kinds.ts'

/** Rows of a list for people. */
interface Listing {
  readonly columns: readonly Column[]
  readonly rows: (catalog: Catalog) => readonly (readonly string[])[]
}

const left = (...heads: readonly string[]): Column[] => heads.map((head) => ({ head }))
const right = (...heads: readonly string[]): Column[] => heads.map(figures)

const all = <T>(catalog: Catalog, kind: ListedKind): readonly T[] => catalog.all(kind) as readonly T[]

/** Cheapest on-demand rent of one card for an hour; null when no price is on file. */
function cheapest(catalog: Catalog, gpu: string): number | null {
  const rents = catalog.offers(gpu).filter(({ commitment }) => commitment === 'on-demand')
  return rents.length === 0 ? null : Math.min(...rents.map(({ usdPerGpuHour }) => usdPerGpuHour))
}

const tera = (perSecond: number | null): string => orUnknown(perSecond, (value) => (value / 1e12).toFixed(0))

const listings: Record<ListedKind, Listing> = {
  models: {
    columns: [...left('id', 'type'), ...right('parameters'), ...left('name')],
    rows: (catalog) =>
      all<ModelPreset>(catalog, 'models').map(({ id, name, config, totalParameters }) => [
        id,
        String(config.model_type ?? ''),
        formatCount(totalParameters),
        name,
      ]),
  },
  gpus: {
    columns: [...left('id'), ...right('GiB', 'GB/s', 'bf16 TFLOP/s', 'from $/h'), ...left('name')],
    rows: (catalog) =>
      all<Gpu>(catalog, 'gpus').map((gpu) => [
        gpu.id,
        formatGib(gpu.memoryBytes),
        orUnknown(gpu.memoryBytesPerSecond, (value) => (value / 1e9).toFixed(0)),
        tera(gpu.peakFlopsPerSecond.bf16),
        orUnknown(cheapest(catalog, gpu.id), formatUsd),
        gpu.name,
      ]),
  },
  prices: {
    columns: [
      ...left('provider', 'gpu'),
      ...right('GPUs', '$/h', 'spot $/h'),
      ...left('region', 'as of', 'reliability'),
    ],
    rows: (catalog) =>
      all<PriceList>(catalog, 'prices').flatMap(({ id, rows }) =>
        rows.map((row) => [
          id,
          row.gpu,
          String(row.count),
          orUnknown(row.usd_per_gpu_hour, formatUsd),
          row.spot_usd_per_gpu_hour === null ? '' : formatUsd(row.spot_usd_per_gpu_hour),
          row.region ?? '',
          orUnknown(row.as_of, String),
          row.reliability,
        ]),
      ),
  },
  optimizers: {
    columns: left('id', 'states', 'name'),
    rows: (catalog) =>
      all<Optimizer>(catalog, 'optimizers').map(({ id, name, states }) => [
        id,
        states.map((state) => `${state.name} ${state.dtype}`).join(', ') || 'none',
        name,
      ]),
  },
  methods: {
    columns: left('id', 'trains', 'name', 'summary'),
    rows: (catalog) =>
      all<Method>(catalog, 'methods').map(({ id, trains, name, summary }) => [id, trains, name, summary]),
  },
  stacks: {
    columns: left('id', 'name', 'summary'),
    rows: (catalog) => all<Stack>(catalog, 'stacks').map(({ id, name, summary }) => [id, name, summary]),
  },
  scenarios: {
    columns: left('id', 'name', 'summary'),
    rows: (catalog) =>
      all<Scenario>(catalog, 'scenarios').map(({ id, name, summary }) => [id, name, summary]),
  },
}

/** Every preset of a kind. */
export function listSheet(catalog: Catalog, kind: ListedKind): Sheet {
  const { columns, rows } = listings[kind]
  return { data: catalog.all(kind), blocks: [{ columns, rows: rows(catalog) }] }
}

/** The kinds of presets and how many there are of each. */
export function kindsSheet(catalog: Catalog): Sheet {
  const counts = listedKinds.map((kind) => ({ kind, count: catalog.ids(kind).length }))
  const rows = counts.map(({ kind, count }) => [kind, String(count)])
  return { data: counts, blocks: [{ columns: [...left('kind'), ...right('presets')], rows }] }
}
