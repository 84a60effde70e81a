import type { CostInput } from '../domain/bill.ts'
import { type Note, note } from '../notes.ts'
import { egressPrice } from './egress.ts'
import { gramsPerKwh, powerOf } from './energy.ts'
import { namesNoRegion } from './offers.ts'
import { priceAgeNotes, whereSold } from './price-age.ts'
import { rentedGpus } from './rates.ts'
import { storagePrice } from './storage.ts'

/** What the bill assumes, and what is unknown. */
export function costNotes(input: CostInput): Note[] {
  return [
    ...priceNotes(input),
    ...spotNotes(input),
    ...sideNotes(input),
    ...ownershipNotes(input),
    ...energyNotes(input),
  ]
}

function priceNotes({ hardware, asOf }: CostInput): Note[] {
  const { offer, gpu, gpusPerNode, nodes, gpuCount, provider, region, commitment, owned } = hardware
  if (offer === null) {
    if (owned) return []
    return [note('price-unknown', { gpu: gpu.id, where: whereSold(provider, region, commitment) })]
  }
  const notes = asOf === null ? [] : priceAgeNotes(offer, asOf)
  if (region !== null && region !== offer.region && namesNoRegion(offer.region)) {
    notes.push(note('region-unlisted', { provider: offer.provider, gpu: gpu.id, region }))
  }
  const { source, reliability } = offer
  if (reliability === 'low') {
    notes.push(note('price-unreliable', { provider: offer.provider, gpu: gpu.id, source, reliability }))
  }
  const rented = rentedGpus(offer, gpusPerNode, nodes)
  if (rented > gpuCount) {
    notes.push(note('whole-instance', { provider: offer.provider, rented, idle: rented - gpuCount }))
  }
  if (gpusPerNode > offer.gpuCount) {
    const args = { provider: offer.provider, gpu: gpu.id, wanted: gpusPerNode, sold: offer.gpuCount }
    notes.push(note('instance-assumed', args))
  }
  return notes
}

/** What is known about losing the machines; the expected loss itself is in the run time. */
function spotNotes({ hardware: { offer, reclaims } }: CostInput): Note[] {
  if (offer === null || reclaims === null) return []
  const { provider, instance } = offer
  const { perHour, share, source } = reclaims
  const rate = {
    low: formatRate(perHour.low),
    rate: formatRate(perHour.mid),
    high: formatRate(perHour.high),
  }
  if (share === null) return [note('interruption-assumed', { provider, ...rate })]
  return [note('interruption-known', { provider, instance: instance ?? '', share, source, ...rate })]
}

/** Reclaims of a hundred hours, two digits. */
const formatRate = (perHour: number): number => Number((100 * perHour).toPrecision(2))

/** Storage and egress without a price of the provider itself. */
function sideNotes(input: CostInput): Note[] {
  const { offer, owned } = input.hardware
  if (offer === null || owned) return []
  const notes: Note[] = []
  const { provider } = offer
  if (input.options.storage !== false) {
    const price = storagePrice(input)
    const basis = price === null ? 'storage is not counted' : `${price.basis} is assumed`
    if (price === null || !price.own) notes.push(note('storage-price-unknown', { provider, basis }))
  }
  if (input.options.egress !== false && egressPrice(input) === null) {
    notes.push(note('egress-price-unknown', { provider }))
  }
  return notes
}

function ownershipNotes({ hardware, options }: CostInput): Note[] {
  if (!hardware.owned || hardware.offer !== null) return []
  const { usdPerKwh, purchaseUsd, lifetimeYears } = options.ownership
  const missing: string[] = []
  if (usdPerKwh === null) missing.push('usd_per_kwh')
  if (purchaseUsd === null) missing.push('purchase_usd')
  if (purchaseUsd !== null && lifetimeYears === null) missing.push('lifetime_years')
  return missing.length === 0 ? [] : [note('ownership-unstated', { missing: missing.join(' and ') })]
}

function energyNotes(input: CostInput): Note[] {
  const { gpu, region, provider } = input.hardware
  if (powerOf(input) === null) return [note('power-unknown', { gpu: gpu.id })]
  if (gramsPerKwh(input) !== null) return []
  const where = [provider, region].filter((word) => word !== null).join(' ')
  return [note('carbon-unknown', { where: where === '' ? 'the place of the hardware' : where })]
}
