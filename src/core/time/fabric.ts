import { calibrated } from '../domain/constant.ts'
import type { Plan } from '../domain/plan.ts'
import type { TimeCalibration } from '../domain/time-calibration.ts'
import type { Fabric } from './collectives.ts'
import { pcieBytesPerSecond } from './machine.ts'

/** GPUs that one NVLink domain of a rack joins ("NVL72"), else those of a node. */
function domainSize({ hardware }: Plan): number {
  const rack = /NVL(\d+)/.exec(hardware.interconnect.kind)?.[1]
  return Math.min(hardware.gpuCount, rack === undefined ? hardware.gpusPerNode : Number(rack))
}

/**
 * What a large collective reaches inside a node, bytes per second for each GPU.
 *
 * A bridge joins two cards and has to be bought: a card that merely can have one talks over PCIe, unless the spec says `interconnect: nvlink`.
 */
export function busBytesPerSecond(plan: Plan, calibration: TimeCalibration): number {
  const { gpu, interconnect } = plan.hardware
  const kind = interconnect.kind.toLowerCase()
  const link = calibration.links.find(({ matches }) => matches.some((mark) => kind.startsWith(mark)))
  const bridged = kind.includes('bridge')
  if (link !== undefined && !bridged) return interconnect.bytesPerSecond * Math.min(1, calibrated(link.bus))
  const { bus_peer_access: peer, bus_no_peer_access: noPeer } = calibration.pcie
  const rate = bridged
    ? (pcieBytesPerSecond(gpu, calibration) ?? interconnect.bytesPerSecond)
    : interconnect.bytesPerSecond
  return rate * Math.min(1, calibrated(interconnect.peerAccess ? peer : noPeer))
}

/** Links of a group of `ranks` GPUs that lie `stride` apart. */
export function fabricOf(plan: Plan, ranks: number, stride: number, calibration: TimeCalibration): Fabric {
  const { interNodeBytesPerSecond: network } = plan.hardware.interconnect
  const domain = domainSize(plan)
  const local = Math.max(1, Math.min(ranks, Math.floor(domain / stride)))
  const { machine } = calibration
  return {
    busBytesPerSecond: busBytesPerSecond(plan, calibration),
    nodeBytesPerSecond:
      network === null ? Number.POSITIVE_INFINITY : network * local * calibrated(machine.network),
    localRanks: local,
    domains: Math.ceil(ranks / local),
    collectiveSeconds: calibrated(machine.collective_seconds),
    collectiveSecondsPerRank: calibrated(machine.collective_seconds_per_rank),
  }
}
