import type { Market } from '../domain/bill.ts'
import type { ReclaimRate } from '../domain/offer.ts'
import type { HardwarePayment } from './payments.ts'
import type { Payments } from './price-policy.ts'
import type { Level } from './run-seconds.ts'

type Interruption = Market['spotInterruption']

const percent = (fraction: number): number => Math.round(fraction * 100)

/**
 * Reclaims of a machine and hour from the share of machines that was reclaimed within a month.
 *
 *   perHour = −ln(1 − share) / hours that a machine is held
 *
 * Reclaims come independently of each other, so that a share of 1 − e^(−rate · hours) is hit at least once.
 */
export const reclaimsPerHour = (share: number, heldHours: number): number => -Math.log1p(-share) / heldHours

/** The share on file for this instance in this region, or in the region where it is highest; else what is assumed. */
export function reclaimRate(
  { spotInterruption }: Pick<Market, 'spotInterruption'>,
  provider: string | null,
  region: string | null,
  instance: string | null,
): ReclaimRate {
  const { rows, source, assumed_per_hour: assumed, assumed_source: assumedSource } = spotInterruption
  const same = rows.filter((row) => row.provider === provider && row.instance === instance)
  const worst = [...same].sort((a, b) => b.monthly.low - a.monthly.low)[0]
  const row = same.find((one) => one.region === region) ?? worst
  if (row === undefined) return { perHour: assumed, share: null, source: assumedSource }
  const { low, high } = row.monthly
  const at = (level: Level) =>
    reclaimsPerHour(shareAt(row.monthly, spotInterruption, level), spotInterruption.held_hours[level])
  const share = high === null ? `more than ${percent(low)} %` : `${percent(low)}-${percent(high)} %`
  return { perHour: { low: at('low'), mid: at('mid'), high: at('high') }, share, source }
}

/** The share at one end of its band, or in the middle. */
function shareAt(
  { low, high }: Interruption['rows'][number]['monthly'],
  { open_share: open }: Interruption,
  level: Level,
): number {
  if (level === 'low') return low
  if (high === null) return Math.max(low, open[level])
  return level === 'mid' ? (low + high) / 2 : high
}

/** Ways to pay, the spot ones with how often their machines are taken back: the run time and the bill count the same reclaims. */
export const reclaimedBy =
  (payments: Payments, market: Pick<Market, 'spotInterruption'>): Payments =>
  (entry, gpu, gpusPerNode, offers) =>
    payments(entry, gpu, gpusPerNode, offers).map((payment) => withReclaims(payment, market))

function withReclaims(payment: HardwarePayment, market: Pick<Market, 'spotInterruption'>): HardwarePayment {
  if (payment.commitment !== 'spot') return payment
  const { provider, region, offer } = payment
  const reclaims = reclaimRate(market, provider, region ?? offer?.region ?? null, offer?.instance ?? null)
  return { ...payment, reclaims }
}
