import type { OwnRun, OwnRunRules } from '../domain/user-calibration.ts'
import { GIB } from '../units.ts'
import { measuredBytes, timeRatio } from './residuals.ts'

type Checked = Pick<OwnRun, 'measured' | 'predicted' | 'oom'>
type Limits = Pick<OwnRunRules, 'implausible_factor'>

/** What makes a measurement useless: it is of another run than the spec says, or in another unit. Null where it may well be true. */
export function implausibility(run: Checked, limits: Limits): string | null {
  if (run.oom) return null
  return contradiction(run) ?? implausibleMemory(run, limits) ?? implausibleTime(run, limits)
}

const short = (value: number): number => Number(value.toPrecision(3))
const gib = (bytes: number): string => `${short(bytes / GIB)} GiB`

/** Tensors are inside what torch reserves, and that is inside what the card shows. */
function contradiction({ measured }: Checked): string | null {
  const pairs = [
    ['allocated_gib', 'reserved_gib'],
    ['reserved_gib', 'device_gib'],
    ['allocated_gib', 'device_gib'],
  ] as const
  for (const [inner, outer] of pairs) {
    const [part, whole] = [measured[inner], measured[outer]]
    if (part !== undefined && whole !== undefined && part > whole)
      return `${inner}: ${part} is above ${outer}: ${whole}, which holds it`
  }
  const range = measured.memory_gib_range
  return range !== undefined && range[0] > range[1]
    ? `memory_gib_range: ${range[0]} is above ${range[1]}`
    : null
}

function implausibleMemory(
  { measured, predicted }: Checked,
  { implausible_factor: limit }: Limits,
): string | null {
  for (const counter of ['allocated', 'reserved', 'device'] as const) {
    const found = measuredBytes(measured, counter)
    if (found === null) continue
    const [low, high] = found
    const { low: least, mid } = predicted[`${counter}_bytes`]
    const weights = predicted.weight_bytes
    if (high < weights * (least / mid))
      return `${counter}: ${gib(high)} were measured, but the weights alone take ${gib(weights)}`
    if (low > mid * limit || high < mid / limit)
      return `${counter}: ${gib(high)} were measured, ${gib(mid)} are predicted`
  }
  return null
}

function implausibleTime(
  { measured, predicted }: Checked,
  { implausible_factor: limit }: Limits,
): string | null {
  const ratio = timeRatio(measured, predicted)
  if (ratio === null || (ratio <= limit && ratio >= 1 / limit)) return null
  const step = predicted.step_seconds.mid
  return `a step of ${short(step * ratio)} s was measured, ${short(step)} s is predicted`
}
