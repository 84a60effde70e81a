import type { PriceRow } from '../../core/domain/offer.ts'
import { type PriceContext, reliabilityOf, statedProvider } from './context.ts'
import { parseCsv } from './csv.ts'
import { absurdity, PriceCollector, type ReadPrices, type Refusal, usdOf } from './findings.ts'
import { type Cells, eachRow } from './table.ts'

const needed = ['instance_name', 'location', 'price', 'gpu_count', 'gpu_name', 'gpu_memory', 'spot']

export const isGpuhunt = (header: readonly string[]): boolean =>
  header.includes('instance_name') && header.includes('gpu_name')

/**
 * Reads a catalogue of gpuhunt: one file for each provider, a price for the machine and hour, on-demand and spot in rows of their own.
 *
 * @source gpuhunt
 */
export function readGpuhunt(text: string, context: PriceContext): ReadPrices {
  const provider = statedProvider(context, 'provider, as in --provider lambda')
  const found = new PriceCollector()
  const machines = new Map<string, { line: number; row: PriceRow }>()
  eachRow(parseCsv(text), needed, found, (cells, { line }) => {
    const row = rowOf(cells, provider, context)
    if (!('gpu' in row)) return found.refuse(line, row)
    const key = `${row.gpu}/${row.count}/${row.instance}/${row.region}`
    machines.set(key, { line, row: cheaper(row, machines.get(key)?.row) })
  })
  for (const { line, row } of machines.values()) found.price(line, provider, row)
  return { format: 'gpuhunt', prices: found.prices, findings: found.findings }
}

function rowOf(cells: Cells, provider: string, context: PriceContext): PriceRow | Refusal {
  const instance = cells('instance_name')
  const count = Number(cells('gpu_count'))
  if (count === 0) return { skipped: 'a machine without GPUs' }
  if (!Number.isInteger(count) || count < 0) return { wrong: `the number of GPUs is "${cells('gpu_count')}"` }
  const price = usdOf(cells('price'))
  if (price === null) return { skipped: 'no price' }
  if (typeof price !== 'number') return price
  const usd = price / count
  const wrong = absurdity(usd)
  if (wrong !== null) return wrong
  const memory = Number(cells('gpu_memory'))
  const memoryGib = memory > 0 ? memory : null
  const card = context.namer.card({ provider, name: cells('gpu_name'), instance, memoryGib })
  if ('wrong' in card) return card
  const isSpot = /^(true|1)$/i.test(cells('spot'))
  const region = cells('location')
  return {
    gpu: card.gpu,
    count,
    instance: instance === '' ? null : instance,
    region: region === '' ? null : region,
    usd_per_gpu_hour: isSpot ? null : usd,
    spot_usd_per_gpu_hour: isSpot ? usd : null,
    as_of: context.asOf,
    source: `gpuhunt ${context.fileName}`,
    reliability: reliabilityOf(provider, context),
  }
}

const lower = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b)

/** On-demand and spot of a machine in one row, each the lowest that was seen. */
const cheaper = (row: PriceRow, earlier: PriceRow | undefined): PriceRow => ({
  ...row,
  usd_per_gpu_hour: lower(row.usd_per_gpu_hour, earlier?.usd_per_gpu_hour ?? null),
  spot_usd_per_gpu_hour: lower(row.spot_usd_per_gpu_hour, earlier?.spot_usd_per_gpu_hour ?? null),
})
