import type { CostInput } from '../domain/bill.ts'
import type { CostEstimate, Detail, PriceTag } from '../domain/estimates.ts'
import type { Offer } from '../domain/offer.ts'
import { type Sink, TermSink, TotalSink, textOf } from '../term.ts'
import type { Range } from '../units.ts'
import { costNotes } from './cost-notes.ts'
import { addEgress } from './egress.ts'
import { gramsPerKwh, powerOf } from './energy.ts'
import { addHosting } from './hosting.ts'
import { paidHours, sumHours } from './paid-hours.ts'
import { depreciationUsdPerHour, rentedGpus, usdPerGpuHour } from './rates.ts'
import type { Level } from './run-seconds.ts'
import { addStorage } from './storage.ts'

/**
 * What a plan costs: every term with formula and source, their sum, the range, energy and CO2.
 *
 * The range multiplies the low and high run time with the low and high price of the provider. Without a price the sum is null.
 */
export function costEstimate(input: CostInput, detail: Detail): CostEstimate {
  const { hardware } = input
  const { offer } = hardware
  const unpriced = offer === null && (!hardware.owned || isPowerMissing(input))
  const mid = detail === 'terms' ? new TermSink() : new TotalSink()
  if (!unpriced) addBill(mid, input, 'mid')
  return {
    usd: unpriced ? null : rangeOf(input, mid.total),
    terms: mid instanceof TermSink ? mid.terms : [],
    price: offer === null ? null : priceTag(offer),
    // Ranking reads none of these.
    get energyKwh() {
      return energyKwhOf(input)
    },
    get co2Kg() {
      return co2KgOf(input)
    },
    get notes() {
      return costNotes(input)
    },
  }
}

/** The user pays for electricity, but what the cards draw is unknown. */
const isPowerMissing = (input: CostInput): boolean =>
  (input.options.ownership.usdPerKwh ?? 0) > 0 && powerOf(input) === null

function rangeOf(input: CostInput, mid: number): Range {
  const total = (level: Level): number => {
    const sink = new TotalSink()
    addBill(sink, input, level)
    return sink.total
  }
  return { low: Math.min(total('low'), mid), mid, high: Math.max(total('high'), mid) }
}

/** All terms at one end of the range: one path for ranking, report and range. */
function addBill(sink: Sink, input: CostInput, level: Level): void {
  const { offer } = input.hardware
  if (offer === null) {
    addOwnHours(sink, input, level)
  } else {
    addRent(sink, input, offer, level)
  }
  addHosting(sink, input, level)
  if (input.hardware.owned) return
  addStorage(sink, input)
  addEgress(sink, input)
}

/**
 * Rent for every hour that is held, whatever for.
 *
 *   usd = hours · GPUs that are rented · USD per GPU and hour
 */
function addRent(sink: Sink, input: CostInput, offer: Offer, level: Level): void {
  const { gpusPerNode, nodes } = input.hardware
  const gpus = rentedGpus(offer, gpusPerNode, nodes)
  const price = usdPerGpuHour(offer, level)
  for (const { key, hours, basis } of paidHours(input, level)) {
    sink.add(
      key,
      hours * gpus * price,
      () => `${textOf(basis)}: ${hours.toPrecision(4)} h · ${gpus} GPUs · ${price} USD per GPU and hour`,
      offer.source,
    )
  }
}

/**
 * Own hardware: electricity and depreciation of the hours that it is used.
 *
 *   electricity = hours · kW · USD per kWh,   depreciation = hours · purchase / hours of its life
 */
function addOwnHours(sink: Sink, input: CostInput, level: Level): void {
  const hours = sumHours(paidHours(input, level))
  const power = powerOf(input, level)
  const tariff = input.options.ownership.usdPerKwh ?? 0
  if (power !== null) {
    sink.add(
      'ownership/electricity',
      (hours * power.watts * tariff) / 1000,
      () => `${hours.toPrecision(4)} h · ${power.formula()} · ${tariff} USD per kWh`,
      power.source,
    )
  }
  const depreciation = depreciationUsdPerHour(input)
  sink.add(
    'ownership/depreciation',
    hours * depreciation,
    () => `${hours.toPrecision(4)} h · ${depreciation.toPrecision(4)} USD per hour of life`,
    'spec',
  )
}

/**
 * Energy of all runs, hosting left out.
 *
 *   kWh = hours · watts / 1000
 */
function energyKwhOf(input: CostInput): number | null {
  const power = powerOf(input)
  return power === null ? null : (sumHours(paidHours(input, 'mid')) * power.watts) / 1000
}

/** CO2 of that energy: kWh · grams per kWh / 1000. */
function co2KgOf(input: CostInput): number | null {
  const energyKwh = energyKwhOf(input)
  const grid = energyKwh === null ? null : gramsPerKwh(input)
  return energyKwh === null || grid === null ? null : (energyKwh * grid.grams) / 1000
}

const priceTag = (offer: Offer): PriceTag => ({
  provider: offer.provider,
  usdPerGpuHour: offer.usdPerGpuHour,
  asOf: offer.asOf,
  source: offer.source,
  commitment: offer.commitment,
  region: offer.region,
  instance: offer.instance,
  reliability: offer.reliability,
})
