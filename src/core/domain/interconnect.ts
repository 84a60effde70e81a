import * as z from 'zod'
import { GB } from '../units.ts'

const rate = z.number().positive()

/** `presets/interconnects.yaml`: links that no GPU preset carries. Datasheet rates are one direction. */
export const Interconnects = z
  .strictObject({
    /** Rate of sixteen lanes by PCIe generation. */
    pcie_x16_gb_per_s: z.record(z.string(), rate),
    pcie_source: z.string(),
    /** Network for each card; the first row with a matching beginning of the GPU id counts. */
    inter_node: z.array(
      z.strictObject({
        gpus: z.array(z.string()).min(1),
        gb_per_s: rate,
        basis: z.string(),
        source: z.string(),
      }),
    ),
    links: z.array(z.strictObject({ id: z.string(), gb_per_s: rate })),
    links_source: z.string(),
    /** nccl-tests bus bandwidth by message size in MiB. */
    measured_bus: z.array(
      z.strictObject({
        where: z.string(),
        operation: z.string(),
        gb_per_s: z.record(z.string(), rate),
        source: z.string(),
      }),
    ),
    measured_copies: z.array(
      z.strictObject({
        where: z.string(),
        to_gpu_gb_per_s: rate,
        to_host_gb_per_s: rate,
        source: z.string(),
      }),
    ),
    /** The best dense product that was measured on a card. */
    best_matmul: z.array(
      z.strictObject({ gpu: z.string(), dtype: z.enum(['bf16', 'fp8']), tflops: z.number().positive() }),
    ),
    best_matmul_source: z.string(),
  })
  .transform((file) => ({
    ...file,
    pcieBytesPerSecond: Object.fromEntries(
      Object.entries(file.pcie_x16_gb_per_s).map(([generation, x16]) => [generation, x16 * GB]),
    ),
    interNode: file.inter_node.map(({ gb_per_s, ...row }) => ({ ...row, bytesPerSecond: gb_per_s * GB })),
  }))
export type Interconnects = z.output<typeof Interconnects>
