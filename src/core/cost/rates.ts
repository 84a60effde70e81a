import type { CostInput } from '../domain/bill.ts'
import type { Offer } from '../domain/offer.ts'
import { HOURS_PER_YEAR } from '../units.ts'
import { rentedGpusPerNode } from './offers.ts'
import type { Level } from './run-seconds.ts'

/** GPUs that are paid for: whole instances on every node. */
export const rentedGpus = (offer: Offer, gpusPerNode: number, nodes: number): number =>
  nodes * rentedGpusPerNode(offer, gpusPerNode)

/** Price of an offer's GPU at the low, middle or high end. */
export const usdPerGpuHour = (offer: Offer, level: Level): number =>
  level === 'mid' ? offer.usdPerGpuHour : (offer.usdPerGpuHourRange?.[level] ?? offer.usdPerGpuHour)

/**
 * Depreciation of own machines for an hour of use.
 *
 *   usdPerHour = machines · purchase / (lifetime in years · hours of use a year)
 *
 * Hours of use are the whole year unless stated: a machine that stands idle half of the time costs twice as much for each hour.
 */
export function depreciationUsdPerHour({ options, hardware }: CostInput): number {
  const { purchaseUsd, lifetimeYears, hoursPerYear } = options.ownership
  if (purchaseUsd === null || lifetimeYears === null) return 0
  return (hardware.nodes * purchaseUsd) / (lifetimeYears * (hoursPerYear ?? HOURS_PER_YEAR))
}
