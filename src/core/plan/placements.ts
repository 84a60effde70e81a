import type { Gpu } from '../domain/gpu.ts'
import type { Library } from '../domain/library.ts'
import type { Commitment, Offer, ReclaimRate } from '../domain/offer.ts'
import type { Hardware, Interconnect, Machines } from '../domain/plan.ts'
import type { HardwareEntry } from '../domain/spec.ts'
import { UserError } from '../errors.ts'
import { type Note, note } from '../notes.ts'
import { GB, GIB } from '../units.ts'
import { listOf, product } from './product.ts'

/** A way to pay for a placement: own cards, a price row, or a provider without a price on file. */
export interface Payment {
  readonly owned: boolean
  readonly provider: string | null
  readonly commitment: Commitment | null
  readonly region: string | null
  readonly offer: Offer | null
  readonly reclaims?: ReclaimRate | null
  readonly siblings?: readonly Offer[]
}

/** Nobody is paid, nothing is known of a price. */
export const NO_PAYMENT: Payment = {
  owned: false,
  provider: null,
  commitment: null,
  region: null,
  offer: null,
}

/** Machines that can be paid in one or several ways. */
export interface Placement extends Machines {
  readonly entry: HardwareEntry
  readonly payments: readonly Payment[]
}

/** Chooses the ways to pay for one entry and count (src/core/cost): passed in, because plan and cost do not know each other. */
export type PaymentsFor = (
  entry: HardwareEntry,
  gpu: Gpu,
  gpusPerNode: number,
  offers: readonly Offer[],
) => readonly Payment[]

/** GPU-to-GPU and node-to-node links of an entry: what the spec states, else the GPU's own link, else PCIe. */
export function interconnectOf(
  entry: HardwareEntry,
  gpu: Gpu,
  library: Library,
  nodes: number,
): Interconnect {
  const rates = library.linkRates()
  const overPcie = gpu.link === null || entry.interconnect === 'pcie'
  const pcie = gpu.pcie === null ? 0 : rates.pcieBytesPerSecond(gpu.pcie)
  const stated = entry.interconnect_gb_per_s
  return {
    kind: entry.interconnect ?? (gpu.link === null ? 'pcie' : gpu.link.kind),
    bytesPerSecond: stated !== undefined ? stated * GB : overPcie ? pcie : (gpu.link?.bytesPerSecond ?? pcie),
    peerAccess: gpu.pciePeerAccess,
    interNodeBytesPerSecond: nodes === 1 ? null : interNode(entry, gpu, rates.interNodeBytesPerSecond),
  }
}

const interNode = (entry: HardwareEntry, gpu: Gpu, rate: (gpu: Gpu) => number): number =>
  entry.inter_node_gb_per_s === undefined ? rate(gpu) : entry.inter_node_gb_per_s * GB

/** Every combination of GPU, count and nodes that the hardware entries name. */
export function placementsOf(
  entries: readonly HardwareEntry[],
  library: Library,
  paymentsFor: PaymentsFor,
): Placement[] {
  return entries.flatMap((entry) =>
    product<{ gpuId: string; gpusPerNode: number; nodes: number }>({
      gpuId: listOf(entry.gpu),
      gpusPerNode: listOf(entry.count ?? 1),
      nodes: listOf(entry.nodes ?? 1),
    }).map(({ gpuId, gpusPerNode, nodes }) => {
      const gpu = library.gpu(gpuId)
      return {
        entry,
        gpu,
        gpuCount: gpusPerNode * nodes,
        nodes,
        gpusPerNode,
        capacityBytes: entry.memory_gib === undefined ? gpu.memoryBytes : entry.memory_gib * GIB,
        interconnect: interconnectOf(entry, gpu, library, nodes),
        payments: paymentsFor(entry, gpu, gpusPerNode, library.offers(gpu.id)),
      }
    }),
  )
}

const NO_OFFERS: readonly Offer[] = []

/** Several cards that no link joins on file: their communication is unknown, and so is everything that depends on it. */
const isUnlinked = ({ gpuCount, interconnect }: Placement): boolean =>
  gpuCount > 1 && !(interconnect.bytesPerSecond > 0)

/** The placements whose cards can talk to one another, and a note for each that is left out; none left is an error. */
export function linkedOnly(placements: readonly Placement[]): {
  readonly placements: readonly Placement[]
  readonly notes: readonly Note[]
} {
  const unlinked = placements.filter(isUnlinked)
  const names = unlinked.map(({ gpu, gpuCount }) => `${gpuCount} x ${gpu.id}`)
  if (unlinked.length === placements.length) {
    throw new UserError(
      'invalid-spec',
      `hardware: no link between the cards of ${names.join(', ')} is on file`,
      'state interconnect_gb_per_s, or take one card',
    )
  }
  const reason = 'no link between the cards is on file, so it is left out (state interconnect_gb_per_s)'
  return {
    placements: placements.filter((placement) => !isUnlinked(placement)),
    notes: names.map((gpu) => note('unsupported-hardware', { gpu, reason })),
  }
}

/** What of a payment moves the run time: rented machines start up, and spot machines are taken back. */
export const timedBy = ({ reclaims, owned }: Payment): unknown => reclaims ?? owned

/** The hardware of a plan: a placement paid in one way. */
export const hardwareOf = (placement: Placement, payment: Payment): Hardware => ({
  gpu: placement.gpu,
  gpuCount: placement.gpuCount,
  nodes: placement.nodes,
  gpusPerNode: placement.gpusPerNode,
  capacityBytes: placement.capacityBytes,
  interconnect: placement.interconnect,
  owned: payment.owned,
  offer: payment.offer,
  provider: payment.provider,
  commitment: payment.commitment,
  region: payment.region,
  reclaims: payment.reclaims ?? null,
  siblings: payment.siblings ?? NO_OFFERS,
})
