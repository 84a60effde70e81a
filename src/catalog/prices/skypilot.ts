import { isPlaceholderSpot } from '../../core/cost/offers.ts'
import type { PriceRow } from '../../core/domain/offer.ts'
import { type PriceContext, reliabilityOf, statedProvider } from './context.ts'
import { parseCsv } from './csv.ts'
import { absurdity, PriceCollector, type ReadPrices, type Refusal, usdOf } from './findings.ts'
import { GoogleHosts } from './google-hosts.ts'
import { type Cells, eachRow } from './table.ts'

const needed = ['InstanceType', 'AcceleratorName', 'AcceleratorCount', 'Price', 'SpotPrice', 'Region']

export const isSkypilot = (header: readonly string[]): boolean =>
  header.includes('AcceleratorName') && header.includes('InstanceType')

/** A row of the catalogue that carries cards, its prices for the whole machine. */
interface Machine {
  readonly line: number
  readonly instance: string
  readonly name: string
  readonly count: number
  readonly memoryGib: number | null
  readonly usd: number | null
  readonly spotUsd: number | null
  readonly region: string
}

/**
 * Reads a `vms.csv` of the SkyPilot catalogue. Columns are found by name: their order differs from cloud to cloud. Prices are for the
 * machine and hour; a spot price of 0, of the full price or of a tenth of it only fills the column. Google lists cards apart from the
 * machines that carry them.
 *
 * @source skypilot-catalog
 */
export function readSkypilot(text: string, context: PriceContext): ReadPrices {
  const provider = statedProvider(context, 'cloud, as in --provider aws')
  const found = new PriceCollector()
  const machines: Machine[] = []
  const hosts = new GoogleHosts(context.names.google_hosts)
  const csv = parseCsv(text)
  eachRow(csv, needed, found, (cells, { line }) => {
    const machine = machineOf(cells, line, provider, context)
    if (!('line' in machine)) return found.refuse(line, machine)
    if (machine.name === '') {
      hosts.addHost(machine.instance, machine.region, machine.usd, machine.spotUsd)
      return found.refuse(line, { skipped: 'a machine without GPUs' })
    }
    machines.push(machine)
    if (machine.instance === '') hosts.addCard(machine)
  })
  const cheapest = new Map<string, { line: number; row: PriceRow }>()
  for (const machine of machines) {
    const whole = machine.instance === '' ? hosts.withHost(machine) : machine
    const row =
      whole === null
        ? { skipped: `${machine.name} without a machine that carries it` }
        : rowOf(whole, provider, context)
    if ('gpu' in row) keepCheapest(cheapest, machine.line, row)
    else found.refuse(machine.line, row)
  }
  for (const { line, row } of cheapest.values()) found.price(line, provider, row)
  return { format: 'skypilot', prices: found.prices, findings: found.findings }
}

/** Zones of a metro area outside the region (`use1-atl2-az1`): sold at other prices, to few. */
const localZone = /^[a-z]+\d+-[a-z]+\d+-az\d+$/

/** Rows that are fine but not for us. */
function skipReason(cells: Cells): string | null {
  const name = cells('AcceleratorName')
  const count = Number(cells('AcceleratorCount'))
  if (name.startsWith('tpu-')) return 'a slice of TPUs'
  if (localZone.test(cells('AvailabilityZone'))) return 'a local zone'
  return name !== '' && count > 0 && !Number.isInteger(count) ? 'a fraction of a GPU' : null
}

function machineOf(cells: Cells, line: number, provider: string, context: PriceContext): Machine | Refusal {
  const skipped = skipReason(cells)
  if (skipped !== null) return { skipped }
  const usd = usdOf(cells('Price'))
  if (usd !== null && typeof usd !== 'number') return usd
  const spotUsd = usdOf(cells('SpotPrice'))
  if (spotUsd !== null && typeof spotUsd !== 'number') return spotUsd
  if (Math.min(usd ?? 0, spotUsd ?? 0) < 0) return { wrong: 'a price is negative' }
  const name = cells('AcceleratorName')
  const count = name === '' ? 0 : Number(cells('AcceleratorCount'))
  if (name !== '' && !(count > 0)) return { wrong: `the number of GPUs is "${cells('AcceleratorCount')}"` }
  return {
    line,
    instance: cells('InstanceType'),
    name,
    count,
    memoryGib: memoryOf(cells('GpuInfo'), count, provider, context),
    usd,
    spotUsd,
    region: cells('Region'),
  }
}

/** Memory of one card from the machine's total, where the catalogue of this cloud states it rightly. */
function memoryOf(info: string, count: number, provider: string, { names }: PriceContext): number | null {
  if (!names.total_memory_providers.includes(provider)) return null
  const total = /TotalGpuMemoryInMiB['"]?\s*:\s*(\d+)/.exec(info)?.[1]
  return total === undefined || count === 0 ? null : Number(total) / count / 1024
}

/** `8x-H100_SXM-32-65536` and `1x_A100-80GB_SECURE` name the card more exactly than its column does. */
const nameInInstance = (instance: string): string | null =>
  /^\d+x[-_](.+?)(-\d+-\d+)?(_SECURE|_COMMUNITY)?$/.exec(instance)?.[1] ?? null

function rowOf(machine: Machine, provider: string, context: PriceContext): PriceRow | Refusal {
  const { instance, count, memoryGib, region } = machine
  const usd = machine.usd === null || machine.usd === 0 ? null : machine.usd / count
  const spot = machine.spotUsd === null ? null : machine.spotUsd / count
  const spotUsd = spot === null || isPlaceholderSpot(spot, usd) ? null : spot
  if (usd === null && spotUsd === null) return { skipped: 'no price' }
  const wrong = absurdity(usd) ?? absurdity(spotUsd)
  if (wrong !== null) return wrong
  const name = nameInInstance(instance) ?? machine.name
  const card = context.namer.card({ provider, name, instance, memoryGib })
  if ('wrong' in card) return card
  return {
    gpu: card.gpu,
    count,
    instance: instance === '' ? null : instance,
    region: region === '' ? null : region,
    usd_per_gpu_hour: usd,
    spot_usd_per_gpu_hour: spotUsd,
    as_of: context.asOf,
    source: `skypilot-catalog ${context.fileName}`,
    reliability: reliabilityOf(provider, context),
  }
}

/** Zones of a region repeat the machine: one row for each region, with the cheapest spot price of its zones. */
function keepCheapest(rows: Map<string, { line: number; row: PriceRow }>, line: number, row: PriceRow): void {
  const key = `${row.gpu}/${row.count}/${row.instance}/${row.region}/${row.usd_per_gpu_hour}`
  const earlier = rows.get(key)?.row.spot_usd_per_gpu_hour
  const spot = row.spot_usd_per_gpu_hour
  if (earlier === undefined || (spot !== null && spot < (earlier ?? Infinity))) rows.set(key, { line, row })
}
