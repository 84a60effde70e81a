import type { CostInput } from '../domain/bill.ts'
import type { Level } from './run-seconds.ts'

/** Power that a plan draws, in watts, the cooling of the building included; null when the cards' power is unknown. */
export interface Power {
  readonly watts: number
  readonly formula: () => string
  readonly source: string
}

/**
 * Watts from the grid while the plan runs.
 *
 *   watts = GPUs · rated watts · utilization · (1 + host share) · PUE,   or machines · stated watts · PUE
 *
 * @source codecarbon
 */
export function powerOf(input: CostInput, level: Level = 'mid'): Power | null {
  const { hardware, options, market } = input
  const { gpu_utilization: use, host_fraction: host, pue, source } = market.power
  const stated = options.ownership
  const buildingPue = hardware.owned
    ? (stated.pue ?? pue.owned)
    : pue[hardware.offer?.providerKind ?? 'gpu-cloud']
  if (hardware.owned && stated.watts !== null) {
    const watts = stated.watts * hardware.nodes * buildingPue
    return {
      watts,
      formula: () => `${hardware.nodes} machines · ${stated.watts} W · PUE ${buildingPue}`,
      source: 'spec',
    }
  }
  const { tdpWatts } = hardware.gpu
  if (tdpWatts === null) return null
  return {
    watts: hardware.gpuCount * tdpWatts * use[level] * (1 + host[level]) * buildingPue,
    formula: () =>
      `${hardware.gpuCount} GPUs · ${tdpWatts} W · ${use[level]} utilization · (1 + ${host[level]} host) · PUE ${buildingPue}`,
    source,
  }
}

/** Grams of CO2 that a kWh of the plan's grid emits; null when the place is unknown. */
export function gramsPerKwh(input: CostInput): { readonly grams: number; readonly source: string } | null {
  const { hardware, options, market } = input
  const stated = options.ownership.co2GramsPerKwh
  if (hardware.owned && stated !== null) return { grams: stated, source: 'spec' }
  const region = hardware.region ?? hardware.offer?.region ?? null
  if (region === null) return null
  const { regions, countries, country_source: countrySource } = market.carbon
  const ofRegion = regions[`${hardware.provider ?? hardware.offer?.provider}:${region}`]
  if (ofRegion !== undefined) return { grams: ofRegion.g_per_kwh, source: ofRegion.source }
  const country = countryOf(region, market.carbon.region_countries, countries)
  const grams = country === null ? undefined : countries[country]
  return grams === undefined ? null : { grams, source: countrySource }
}

/** Country of a region: its own code, or what the list of beginnings says; null when several or none match. */
function countryOf(
  region: string,
  beginnings: Readonly<Record<string, string>>,
  countries: Readonly<Record<string, number>>,
): string | null {
  const parts = region.split('/').map((part) => part.trim())
  const found = parts.map((part) => {
    if (countries[part.toUpperCase()] !== undefined) return part.toUpperCase()
    const beginning = Object.keys(beginnings)
      .filter((one) => part.toLowerCase().startsWith(one.toLowerCase()))
      .sort((a, b) => b.length - a.length)[0]
    return beginning === undefined ? null : (beginnings[beginning] ?? null)
  })
  const first = found[0] ?? null
  return found.every((one) => one === first) ? first : null
}
