import type { Interconnects } from '../core/domain/interconnect.ts'
import type { LinkRates } from '../core/domain/library.ts'

/** Lanes of a full slot. */
const FULL_LANES = 16

/** Rates of the links that no GPU preset carries. */
export const linkRatesOf = (links: Interconnects): LinkRates => ({
  pcieBytesPerSecond: (pcie) => {
    const [, generation = '', lanes = ''] = /^(\d+\.\d+) x(\d+)/.exec(pcie) ?? []
    const full = links.pcieBytesPerSecond[generation]
    if (full === undefined) throw new Error(`no rate of PCIe ${pcie} in presets/interconnects.yaml`)
    return (full * Number(lanes)) / FULL_LANES
  },
  interNodeBytesPerSecond: ({ id }) => {
    const row = links.interNode.find(({ gpus }) => gpus.some((beginning) => id.startsWith(beginning)))
    if (row === undefined) throw new Error(`no network of ${id} in presets/interconnects.yaml`)
    return row.bytesPerSecond
  },
})
