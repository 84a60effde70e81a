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
  /** What physics allows: a share of a rate is at most 1, an efficiency at most the ceiling of its generation. */
  readonly limit: number
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

/** Keys of constants that are shares of a datasheet rate. */
const shares = [
  'memory',
  'optimizer_memory',
  'network',
  'bus',
  'pinned_share',
  'bus_peer_access',
  'bus_no_peer_access',
]
const exposures = ['exposed_shard', 'exposed_tensor']

type Owner = Pick<Free, 'stack' | 'generation'> & {
  readonly ceilings: { readonly linear: number; readonly fp8: number }
}

function limitOf(key: string, { generation, ceilings }: Owner): number {
  if (shares.includes(key) || exposures.includes(key)) return 1
  if (generation === null) return Number.POSITIVE_INFINITY
  return key === 'linear_fp8' ? ceilings.fp8 : ceilings.linear
}

function collect(value: unknown, path: string, owner: Owner, found: Free[]): void {
  if (isConstant(value)) {
    const key = path.slice(path.lastIndexOf('/') + 1)
    const { stack, generation } = owner
    const spread = spreads[key] ?? COMMON_SPREAD
    if (value.prior > 0) {
      found.push({
        path,
        stack,
        generation,
        prior: value.prior,
        spread,
        limit: limitOf(key, owner),
        holder: value,
      })
    }
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value)) {
    if (untouched.includes(key)) continue
    const id = Array.isArray(value) ? (child as { id: string }).id : key
    collect(
      child,
      `${path}/${id}`,
      path === 'calibration/generations' ? generationOwner(child) : owner,
      found,
    )
  }
}

function generationOwner(child: unknown): Owner {
  const { id, ceiling, ceiling_fp8 } = child as TimeCalibration['generations'][number]
  return { stack: null, generation: id, ceilings: { linear: ceiling, fp8: ceiling_fp8 } }
}

const anywhere = { stack: null, generation: null, ceilings: { linear: 1, fp8: 1 } } as const

/** Every constant of the calibration file and of the stacks that the fit may move. */
export function freeConstants(calibration: TimeCalibration, stacks: readonly Stack[]): Free[] {
  const found: Free[] = []
  collect(calibration, 'calibration', anywhere, found)
  for (const stack of stacks)
    collect(stack.time, `stacks/${stack.id}`, { ...anywhere, stack: stack.id }, found)
  return found
}
