import type { MeasuredFigures } from '../domain/run.ts'
import { UserError } from '../errors.ts'
import { isRecord } from '../is-record.ts'
import { GIB } from '../units.ts'

type Json = Readonly<Record<string, unknown>>

/** Whether a JSON object is what `torch.cuda.memory._snapshot()` returns. */
export const isTorchSnapshot = (value: unknown): boolean => isRecord(value) && Array.isArray(value.segments)

/** How an event of the allocator's history changes what it counts; a free is counted when it is asked for, as torch does. */
const changes: Readonly<
  Record<string, { readonly counter: 'allocated' | 'reserved'; readonly sign: 1 | -1 }>
> = {
  alloc: { counter: 'allocated', sign: 1 },
  free_requested: { counter: 'allocated', sign: -1 },
  segment_alloc: { counter: 'reserved', sign: 1 },
  segment_map: { counter: 'reserved', sign: 1 },
  segment_free: { counter: 'reserved', sign: -1 },
  segment_unmap: { counter: 'reserved', sign: -1 },
}

interface Peak {
  allocated: number
  reserved: number
}

/**
 * Peak memory of the fullest card in a snapshot of torch's allocator.
 *
 *   now = sum over the segments; peak = highest value on the way back through the recorded events
 *
 * A snapshot without events tells what is allocated at its moment, which is no peak: it counts as reserved only, which rarely falls.
 *
 * @source pytorch
 */
export function snapshotFigures(value: Json): MeasuredFigures {
  const segments = (value.segments as readonly unknown[]).filter(isRecord)
  const traces = Array.isArray(value.device_traces) ? (value.device_traces as readonly unknown[]) : []
  const devices = [...new Set(segments.map(({ device }) => device))]
  const peaks = devices.map((device) => {
    const now = sumsOf(segments.filter((segment) => segment.device === device))
    const trace = typeof device === 'number' ? traces[device] : undefined
    return peakOf(now, Array.isArray(trace) ? trace.filter(isRecord) : [])
  })
  const reserved = Math.max(0, ...peaks.map((peak) => peak.reserved))
  if (reserved === 0) {
    throw new UserError(
      'invalid-spec',
      'the snapshot holds no memory',
      'take it in the process that trains, after some steps',
    )
  }
  const allocated = Math.max(0, ...peaks.map((peak) => peak.allocated))
  return {
    ...(allocated > 0 ? { allocated_gib: allocated / GIB } : {}),
    reserved_gib: reserved / GIB,
  }
}

const bytesOf = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0

const sumsOf = (segments: readonly Json[]): Peak => ({
  allocated: segments.reduce((sum, segment) => sum + bytesOf(segment.allocated_size), 0),
  reserved: segments.reduce((sum, segment) => sum + bytesOf(segment.total_size), 0),
})

/** The highest values on the way back from now; without events nothing is known of tensors. */
function peakOf(now: Peak, events: readonly Json[]): Peak {
  const at = { ...now }
  const peak = { ...now }
  let seen = 0
  for (const event of [...events].reverse()) {
    const change = changes[String(event.action)]
    if (change === undefined) continue
    seen += 1
    at[change.counter] -= change.sign * bytesOf(event.size)
    peak[change.counter] = Math.max(peak[change.counter], at[change.counter])
  }
  return seen === 0 ? { ...peak, allocated: 0 } : peak
}
