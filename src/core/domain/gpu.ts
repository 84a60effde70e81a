import * as z from 'zod'
import { GB, MIB } from '../units.ts'

/** Datasheet units in the file, base units out. Bandwidths are decimal; every peak is dense. */
export const Gpu = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    vendor: z.enum(['nvidia', 'amd', 'intel', 'google', 'apple']),
    architecture: z.string(),
    compute_capability: z.string().nullable(),
    /** What the driver reports as total memory; an estimate from the marketing figure when `memory_confidence` is low. */
    memory_mib: z.number().positive(),
    memory_confidence: z.enum(['high', 'medium', 'low']),
    memory_gb_per_s: z.number().positive().nullable(),
    bf16_tflops: z.number().positive().nullable(),
    fp16_tflops: z.number().positive().nullable(),
    fp32_tflops: z.number().positive().nullable(),
    tf32_tflops: z.number().positive().nullable(),
    fp8_tflops: z.number().positive().nullable(),
    bf16_native: z.boolean(),
    /** GPU-to-GPU link, sum of both directions, or null when GPUs talk over PCIe only. */
    link: z
      .strictObject({
        kind: z.string(),
        bidirectional_gb_per_s: z.number().positive(),
        /** GPUs that one bridge joins; absent: every GPU of the node. */
        gpus: z.number().int().min(2).optional(),
        /** A bridge that is sold separately: not there unless the spec says so. */
        optional: z.boolean().optional(),
      })
      .nullable(),
    /** Link to the host's memory that is faster than PCIe, sum of both directions. */
    host_link: z.strictObject({ kind: z.string(), bidirectional_gb_per_s: z.number().positive() }).optional(),
    pcie: z.string().nullable(),
    /** GPUs read one another's memory over PCIe; GeForce cards do not. */
    pcie_peer_access: z.boolean(),
    tdp_w: z.number().positive().nullable(),
    gpus_per_node: z.array(z.number().int().positive()),
    release_year: z.number().int().nullable(),
    aliases: z.array(z.string()),
    confidence: z.enum(['high', 'medium', 'low']),
    notes: z.string().optional(),
    sources: z.record(z.string(), z.string()),
  })
  .transform((gpu) => ({
    id: gpu.id,
    name: gpu.name,
    vendor: gpu.vendor,
    architecture: gpu.architecture,
    computeCapability: gpu.compute_capability,
    memoryBytes: gpu.memory_mib * MIB,
    memoryConfidence: gpu.memory_confidence,
    memoryBytesPerSecond: gpu.memory_gb_per_s === null ? null : gpu.memory_gb_per_s * GB,
    peakFlopsPerSecond: {
      bf16: scaled(gpu.bf16_tflops),
      fp16: scaled(gpu.fp16_tflops),
      fp32: scaled(gpu.fp32_tflops),
      tf32: scaled(gpu.tf32_tflops),
      fp8: scaled(gpu.fp8_tflops),
    },
    bf16Native: gpu.bf16_native,
    link: gpu.link === null || gpu.link.optional === true ? null : oneWay(gpu.link),
    bridge: gpu.link?.optional === true ? oneWay(gpu.link) : null,
    hostLink: gpu.host_link === undefined ? null : oneWay(gpu.host_link),
    pcie: gpu.pcie,
    pciePeerAccess: gpu.pcie_peer_access,
    tdpWatts: gpu.tdp_w,
    gpusPerNode: gpu.gpus_per_node,
    releaseYear: gpu.release_year,
    aliases: gpu.aliases,
    confidence: gpu.confidence,
    notes: gpu.notes ?? null,
    sources: gpu.sources,
  }))

/**
 * An accelerator. Bytes per second of `link`, `bridge` and `hostLink` are one direction; `bridge` is a link that the machine may or
 * may not have, `gpus` how many it joins (null: all of a node).
 */
export type Gpu = z.output<typeof Gpu>

const scaled = (tflops: number | null): number | null => (tflops === null ? null : tflops * 1e12)

const oneWay = (link: { kind: string; bidirectional_gb_per_s: number; gpus?: number | undefined }) => ({
  kind: link.kind,
  bytesPerSecond: (link.bidirectional_gb_per_s / 2) * GB,
  gpus: link.gpus ?? null,
})
