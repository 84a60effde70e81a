import type { MemoryCalibration, MemoryCoefficients, MemoryCounter } from '../domain/memory-calibration.ts'
import { type Plan, rangeAround } from '../domain/plan.ts'
import { GIB, type Range } from '../units.ts'

/** What the steps from allocated to the other counters depend on. */
export interface CounterInputs {
  /** Peak of what tensors take. */
  readonly allocatedBytes: number
  /** Peak of the forward and backward pass, without the optimizer's step. */
  readonly passBytes: number
  /** Peak of loading, evaluating and saving. */
  readonly besideBytes: number
  /** The most that comes and goes with a micro-batch: saved tensors, logits, temporaries. */
  readonly activationBytes: number
  /** Logits in 16 bits; 0 where the loss never makes them whole. */
  readonly logitsBytes: number
  /** Unsharded weights that train, where ranks hold slices of them and gather them; else 0. */
  readonly gatheredBytes: number
  /** States in unified memory: on the card, outside torch's counters. */
  readonly pagedBytes: number
}

type Placed = Pick<Plan, 'hardware' | 'stack'>

/** Coefficients of a stack: its own where runs speak of them, else the generic ones. */
export const coefficientsOf = (
  { stack }: Placed,
  { generic, stacks }: MemoryCalibration,
): MemoryCoefficients => ({
  ...generic,
  ...(stacks[stack.id] as Partial<MemoryCoefficients> | undefined),
})

/** Unsharded weights that leave blocks behind, at most as many as a measured run had. */
const countedGatheredBytes = (
  { gatheredBytes }: CounterInputs,
  { gathered_limit_gib }: MemoryCalibration,
): number => Math.min(gatheredBytes, gathered_limit_gib * GIB)

/**
 * What the caching allocator holds beyond tensors.
 *
 *   constant + logits share · 2VT + activations share · what comes and goes + GPUs + gathered share · unsharded weights that train
 *
 * @source calibration
 */
function cachedBytes(
  inputs: CounterInputs,
  plan: Placed,
  coefficients: MemoryCoefficients,
  calibration: MemoryCalibration,
): number {
  const { activationBytes, logitsBytes } = inputs
  const gatheredBytes = countedGatheredBytes(inputs, calibration)
  const { constant_gib, logits, activations, parallel_gib, gathered } = coefficients
  const parallel = plan.hardware.gpuCount > 1 ? parallel_gib : 0
  const fixed = (constant_gib + parallel) * GIB
  return fixed + logits * logitsBytes + activations * activationBytes + gathered * gatheredBytes
}

/** CUDA context, libraries and buffers of the collectives: on the card, outside torch's counters. */
const outsideBytes = ({ hardware }: Placed, { context_gib, collectives_gib }: MemoryCoefficients): number =>
  (context_gib + (hardware.gpuCount > 1 ? collectives_gib : 0)) * GIB

/**
 * What torch reserves: tensors and cached blocks. A full card makes the allocator give blocks back, so as long as the tensors fit the
 * total stays below the card.
 */
export function reservedBytes(inputs: CounterInputs, plan: Placed, calibration: MemoryCalibration): number {
  const coefficients = coefficientsOf(plan, calibration)
  const wanted = inputs.allocatedBytes + cachedBytes(inputs, plan, coefficients, calibration)
  const ceiling =
    plan.hardware.capacityBytes - outsideBytes(plan, coefficients) - calibration.kept_free_gib * GIB
  return Math.max(inputs.allocatedBytes, Math.min(wanted, ceiling))
}

/**
 * What nvidia-smi shows: what torch reserves, states in unified memory, context and collectives. States in unified memory move to the host
 * before a card overflows.
 */
export function deviceBytes(inputs: CounterInputs, plan: Placed, calibration: MemoryCalibration): number {
  const held =
    reservedBytes(inputs, plan, calibration) + outsideBytes(plan, coefficientsOf(plan, calibration))
  return Math.max(held, Math.min(held + inputs.pagedBytes, plan.hardware.capacityBytes))
}

/** A range of a counter that cannot exceed the card: where the middle fits, the high end does too. */
export const onCard = ({ low, mid, high }: Range, { hardware }: Placed): Range => ({
  low,
  mid,
  high: Math.max(mid, Math.min(high, hardware.capacityBytes)),
})

/**
 * What the card must have: tensors, context, and cached blocks that cannot be given back. Those are left over in the pass, whose tensors come in ever
 * new sizes; the step finds blocks of the sizes that it needs. Unified memory can move to the host.
 *
 *   required = max(load, evaluation, save, step, pass + share · what comes and goes + share · blocks of gathered units) + constant + outside
 *
 * @source calibration
 */
export function requiredBytesMid(
  inputs: CounterInputs,
  plan: Placed,
  calibration: MemoryCalibration,
): number {
  const coefficients = coefficientsOf(plan, calibration)
  const { constant_gib, activations, gathered } = calibration.unreclaimable
  const blocks =
    activations * inputs.activationBytes +
    gathered * coefficients.gathered * countedGatheredBytes(inputs, calibration)
  const tensors = Math.max(inputs.allocatedBytes, inputs.passBytes + blocks, inputs.besideBytes)
  return tensors + constant_gib * GIB + outsideBytes(plan, coefficients)
}

/** A middle with the scatter of the stack's measured runs; a stack without runs has the wider generic one. */
export function counterRange(
  mid: number,
  counter: MemoryCounter,
  { stack }: Placed,
  { ranges }: MemoryCalibration,
): Range {
  const { low, high } = ranges.stacks[stack.id]?.[counter] ?? ranges.generic[counter]
  return rangeAround(mid, low, high)
}
