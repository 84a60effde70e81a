import { calibrated } from '../domain/constant.ts'
import type { Plan } from '../domain/plan.ts'
import type { TimeCalibration } from '../domain/time-calibration.ts'
import { Memo } from '../memo.ts'
import type { Fabric } from './collectives.ts'
import { pcieBytesPerSecond } from './machine.ts'

/** GPUs that one NVLink domain of a rack joins ("NVL72"), else those of a node. */
function domainSize({ hardware }: Plan): number {
  const rack = /NVL(\d+)/.exec(hardware.interconnect.kind)?.[1]
  return Math.min(hardware.gpuCount, rack === undefined ? hardware.gpusPerNode : Number(rack))
}

/** The NVLink (or the like) that joins all GPUs of a node, and the share of its rate that collectives reach; null where there is none. */
function joinedLink(plan: Plan, calibration: TimeCalibration): { rate: number; bus: number } | null {
  const { gpu, interconnect, gpusPerNode } = plan.hardware
  const kind = interconnect.kind.toLowerCase()
  const known = calibration.links.find(({ matches }) => matches.some((mark) => kind.startsWith(mark)))
  const own = gpu.link ?? gpu.bridge
  const reaches = own === null || own.gpus === null || gpusPerNode <= own.gpus
  if (known === undefined || !reaches) return null
  const rate =
    gpu.link === null && gpu.bridge !== null ? gpu.bridge.bytesPerSecond : interconnect.bytesPerSecond
  return { rate, bus: calibrated(known.bus) }
}

/**
 * What a large collective reaches inside a node, bytes per second for each GPU.
 *
 * A link that joins fewer cards than the node has leaves the ring to PCIe; without peer access PCIe traffic goes through host memory.
 */
function busBytesPerSecond(plan: Plan, calibration: TimeCalibration): number {
  const link = joinedLink(plan, calibration)
  if (link !== null) return link.rate * Math.min(1, link.bus)
  const { gpu, interconnect } = plan.hardware
  const { bus_peer_access: peer, bus_no_peer_access: noPeer } = calibration.pcie
  const overLink = gpu.link !== null && interconnect.kind === gpu.link.kind
  const rate = overLink
    ? (pcieBytesPerSecond(gpu, calibration) ?? interconnect.bytesPerSecond)
    : interconnect.bytesPerSecond
  return rate * Math.min(1, calibrated(interconnect.peerAccess ? peer : noPeer))
}

const built = new Memo<Fabric>()

/** Links of a group of `ranks` GPUs that lie `stride` apart; looked up once for all plans on the same cards. */
export const fabricOf = (plan: Plan, ranks: number, stride: number, calibration: TimeCalibration): Fabric =>
  built.get([calibration, plan.hardware], `${ranks}/${stride}`, () =>
    buildFabric(plan, ranks, stride, calibration),
  )

function buildFabric(plan: Plan, ranks: number, stride: number, calibration: TimeCalibration): Fabric {
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
