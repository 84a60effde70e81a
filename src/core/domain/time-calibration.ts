import * as z from 'zod'
import { Constant, Factors } from './constant.ts'
import { GenericStackTime } from './stack-time.ts'

/** What cards of one generation reach of their datasheet. */
const Generation = z.strictObject({
  id: z.string(),
  /** Beginnings of GPU ids or architecture names; the first generation that matches counts. */
  matches: z.array(z.string()).min(1),
  /** Share of the dense peak that the linear layers reach before memory traffic is added. */
  linear: Constant,
  linear_fp8: Constant,
  /** Share of the dense 16-bit peak that fused attention reaches. */
  attention: Constant,
  /** Share of the memory bandwidth that counted bytes move at: streaming kernels reach 0.8, a large cache absorbs some. */
  memory: Constant,
  /** Share of the peak that the best matrix product reaches: no fit goes beyond. */
  ceiling: z.number().positive().max(1),
  ceiling_fp8: z.number().positive().max(1),
  sources: z.array(z.string()).min(1),
})

/** What a kind of link reaches of its one-direction rate with large messages. */
const Link = z.strictObject({
  id: z.string(),
  /** Words that the kind of the interconnect begins with, in lower case. */
  matches: z.array(z.string()).min(1),
  bus: Constant,
  sources: z.array(z.string()).min(1),
})

const Pcie = z.strictObject({
  /** One-direction rate of sixteen lanes by generation. */
  x16_gb_per_s: z.record(z.string(), z.number().positive()),
  /** Share that pinned copies between host and card reach. */
  pinned_share: Constant,
  bus_peer_access: Constant,
  bus_no_peer_access: Constant,
  sources: z.array(z.string()).min(1),
})

/** presets/calibration/time.yaml: every constant of the time formulas that no datasheet states. */
export const TimeCalibration = z.strictObject({
  generations: z.array(Generation).min(1),
  links: z.array(Link).min(1),
  pcie: Pcie,
  machine: z.strictObject({
    /** Share of the memory bandwidth that the optimizer's step reaches. */
    optimizer_memory: Constant,
    /** Host memory bandwidth that a CPU optimizer reaches, bytes per second for each GPU. */
    host_optimizer_bytes_per_second: Constant,
    /** Share of the network line rate that collectives between nodes reach. */
    network: Constant,
    /** Fixed time of one collective, and what each rank adds. */
    collective_seconds: Constant,
    collective_seconds_per_rank: Constant,
    /** Exponent of the soft maximum of GPU and host time. */
    overlap_exponent: z.number().min(1),
    sources: z.array(z.string()).min(1),
  }),
  work: z.strictObject({
    /** Efficiency of the thin adapter products, as a multiple of the linears'. */
    adapter_speed: Constant,
    adapter_bytes: Constant,
    loss_bytes: Constant,
    /** Multiplier on element-wise bytes where the residual stream is fp32. */
    wide_stream: Constant,
    /** Element-wise bytes and host time for each operation of compiled code. */
    compiled_bytes: Constant,
    compiled_host_seconds: Constant,
    /** Element-wise passes of the backward, in forward passes. */
    backward_elements: Constant,
    /** Bytes that casting to fp8 moves for each input and output value of a linear, one pass. */
    cast_bytes: Constant,
    /** Grouped expert products: efficiency as a multiple of the linears', and the width at which half of it is reached. */
    grouped_speed: Constant,
    grouped_half_width: Constant,
    expert_seconds: Constant,
    /** Host time of one FSDP unit and collective, and of one module under ZeRO-3. */
    unit_seconds: Constant,
    zero3_module_seconds: Constant,
    /** Share of the memory bandwidth at which 4-bit and 8-bit weights are unpacked. */
    dequantize_nf4: Constant,
    dequantize_gptq: Constant,
    dequantize_int8: Constant,
    /** Extra host time, as a share, where unpadding waits for the GPU. */
    unpadding_wait: Constant,
    /** Compute that FSDP's copies and stream switches cost, as a share. */
    shard_overhead: Constant,
    /** Attention slowdown for each further context-parallel rank. */
    context_overhead: Constant,
    /** Variation of example lengths (standard deviation / mean) where the data do not say. */
    length_variation: Constant,
    sources: z.array(z.string()).min(1),
  }),
  /** Habits of a stack that says nothing of itself. */
  stack: GenericStackTime,
  run: z.strictObject({
    /** Disk and network rates that load, save and download reach. */
    download_bytes_per_second: Constant,
    load_bytes_per_second: Constant,
    save_bytes_per_second: Constant,
    /** Renting, booting and installing. */
    provisioning_seconds: Constant,
    setup_seconds: Constant,
    /** Sequences that evaluation with generation writes, tokens each. */
    generated_tokens: Constant,
    /** Time between checkpoints on spot where the spec says nothing, and what a restart costs. */
    spot_checkpoint_seconds: Constant,
    restart_seconds: Constant,
    sources: z.array(z.string()).min(1),
  }),
  /** 90 % factors around the middle, by regime. */
  ranges: z.strictObject({
    known: Factors,
    small: Factors,
    unknown: Factors,
    launch_bound: Factors,
    run: Factors,
    /** Tokens of a micro-batch from which the first counts. */
    large_micro_batch_tokens: z.number().positive(),
    sources: z.array(z.string()).min(1),
  }),
  /** What the measured runs cover. */
  measured: z.strictObject({ stacks: z.array(z.string()), generations: z.array(z.string()) }),
})
export type TimeCalibration = z.output<typeof TimeCalibration>
