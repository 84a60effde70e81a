import type { Constant } from '../../src/core/domain/constant.ts'
import type { Stack } from '../../src/core/domain/stack.ts'
import type { TimeCalibration } from '../../src/core/domain/time-calibration.ts'

/** A constant that the fit may move: where it stands and how far from its prior it may reasonably lie. */
export interface Free {
  /** `calibration/work/loss_bytes`, `stacks/trl/host_seconds_per_operation`, ... */
  readonly path: string
  /** Stack whose runs alone it touches; null where it touches others too. */
  readonly stack: string | null
  readonly generation: string | null
  readonly prior: number
  /** Standard deviation of the logarithm around the prior. */
  readonly spread: number
  readonly holder: { prior: number; fit: number | null }
}

/** Loose where priors differ between machines, tight where measured runs cannot tell a constant from the efficiencies. */
const spreads: Readonly<Record<string, number>> = {
  linear: 0.15,
  linear_fp8: 0.1,
  attention: 0.2,
  memory: 0.12,
  element_bytes: 0.15,
  attention_speed: 0.15,
  linear_speed: 0.06,
  host_seconds_per_operation: 0.3,
  step_seconds: 0.6,
  exposed_shard: 0.4,
  exposed_tensor: 0.3,
  gptq_speed: 0.3,
  adapter_speed: 0.15,
  adapter_bytes: 0.15,
  loss_bytes: 0.15,
  context_overhead: 0.3,
  backward_elements: 0.05,
  cast_bytes: 0.3,
  wide_stream: 0.15,
  length_variation: 0.2,
  optimizer_memory: 0.1,
  network: 0.15,
}
const COMMON_SPREAD = 0.3

/** Constants of how a run is set up: no measured run speaks of them. */
const untouched = ['run', 'host_optimizer_bytes_per_second', 'stack']

const isConstant = (value: unknown): value is { prior: number; fit: number | null } =>
  typeof value === 'object' && value !== null && 'prior' in value && 'fit' in value

function collect(value: unknown, path: string, owner: Pick<Free, 'stack' | 'generation'>, found: Free[]): void {
  if (isConstant(value)) {
    const key = path.slice(path.lastIndexOf('/') + 1)
    if (value.prior > 0) found.push({ path, ...owner, prior: value.prior, spread: spreads[key] ?? COMMON_SPREAD, holder: value })
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value)) {
    if (untouched.includes(key)) continue
    const id = Array.isArray(value) ? (child as { id: string }).id : key
    const isGeneration = path === 'calibration/generations'
    collect(child, `${path}/${id}`, isGeneration ? { ...owner, generation: id } : owner, found)
  }
}

/** Every constant of the calibration file and of the stacks that the fit may move. */
export function freeConstants(calibration: TimeCalibration, stacks: readonly Stack[]): Free[] {
  const found: Free[] = []
  collect(calibration, 'calibration', { stack: null, generation: null }, found)
  for (const stack of stacks) collect(stack.time, `stacks/${stack.id}`, { stack: stack.id, generation: null }, found)
  return found
}

export type { Constant }
