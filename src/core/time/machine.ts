import { calibrated } from '../domain/constant.ts'
import type { Gpu } from '../domain/gpu.ts'
import { computeDType, type Hardware, type Precision } from '../domain/plan.ts'
import type { TimeCalibration } from '../domain/time-calibration.ts'
import { UserError } from '../errors.ts'
import { Memo } from '../memo.ts'
import { GB } from '../units.ts'

/** What one card reaches, after calibration. */
export interface Machine {
  readonly generation: string
  /** Peak of the 16-bit matrix units, or of fp32 where the plan computes in fp32. */
  readonly peakFlopsPerSecond: number
  readonly linearFlopsPerSecond: number
  readonly linearFp8FlopsPerSecond: number
  readonly attentionFlopsPerSecond: number
  readonly memoryBytesPerSecond: number
  readonly optimizerBytesPerSecond: number
  /** Between card and host, one direction, pinned. */
  readonly hostBytesPerSecond: number
}

/** The first generation whose marks the card's id or architecture begins with. */
export function generationOf(gpu: Gpu, calibration: TimeCalibration): TimeCalibration['generations'][number] {
  const found = calibration.generations.find(({ matches }) =>
    matches.some((mark) => gpu.id.startsWith(mark) || gpu.architecture.startsWith(mark)),
  )
  if (found !== undefined) return found
  throw new UserError(
    'not-found',
    `no speed is on file for ${gpu.id} (architecture ${gpu.architecture})`,
    'add its generation to presets/calibration/time.yaml or choose another card',
  )
}

/** Peak of the units that a plan's matrix products run on: the fp32 units without autocast, and for bf16 where the card has no units for it. */
export function matrixPeak(gpu: Gpu, precision: Precision): number {
  const { bf16, fp16, fp32 } = gpu.peakFlopsPerSecond
  const dtype = computeDType(precision)
  const wide = dtype === 'fp32' || (dtype === 'bf16' && !gpu.bf16Native)
  const half = dtype === 'fp16' ? (fp16 ?? bf16) : (bf16 ?? fp16)
  const peak = wide ? fp32 : (half ?? fp32)
  if (peak !== null) return peak
  throw new UserError(
    'not-found',
    `no peak FLOP rate is on file for ${gpu.id}`,
    'add it to the GPU preset or choose another card',
  )
}

/** One-direction PCIe rate of a card: "4.0 x16" is sixteen lanes of generation 4. */
export function pcieBytesPerSecond(gpu: Gpu, calibration: TimeCalibration): number | null {
  const [, generation = '', lanes = '16'] = /^(\d)\.\d(?: x(\d+))?/.exec(gpu.pcie ?? '') ?? []
  const rate = calibration.pcie.x16_gb_per_s[generation]
  return rate === undefined ? null : (rate * GB * Number(lanes)) / 16
}

function build(hardware: Hardware, precision: Precision, calibration: TimeCalibration): Machine {
  const { gpu } = hardware
  const generation = generationOf(gpu, calibration)
  const peak = matrixPeak(gpu, precision)
  const bandwidth = gpu.memoryBytesPerSecond
  if (bandwidth === null) {
    throw new UserError(
      'not-found',
      `no memory bandwidth is on file for ${gpu.id}`,
      'add it to the GPU preset',
    )
  }
  const fp8 = gpu.peakFlopsPerSecond.fp8
  const linear = peak * Math.min(generation.ceiling, calibrated(generation.linear))
  return {
    generation: generation.id,
    peakFlopsPerSecond: peak,
    linearFlopsPerSecond: linear,
    linearFp8FlopsPerSecond:
      fp8 === null ? linear : fp8 * Math.min(generation.ceiling_fp8, calibrated(generation.linear_fp8)),
    attentionFlopsPerSecond: peak * Math.min(generation.ceiling, calibrated(generation.attention)),
    memoryBytesPerSecond: bandwidth * Math.min(1, calibrated(generation.memory)),
    optimizerBytesPerSecond: bandwidth * Math.min(1, calibrated(calibration.machine.optimizer_memory)),
    hostBytesPerSecond:
      (pcieBytesPerSecond(gpu, calibration) ?? bandwidth) * calibrated(calibration.pcie.pinned_share),
  }
}

const built = new Memo<Machine>()

/** Rates of a card for a precision; looked up once for each calibration, because ranking asks for every plan. */
export const machineOf = (hardware: Hardware, precision: Precision, calibration: TimeCalibration): Machine =>
  built.get([calibration, hardware.gpu], `${precision.weights}/${precision.autocast}`, () =>
    build(hardware, precision, calibration),
  )
