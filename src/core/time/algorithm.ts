import { calibrated } from '../domain/constant.ts'
import type { Plan } from '../domain/plan.ts'
import type { Sink } from '../term.ts'
import { overlapped } from './host.ts'
import type { MicroStep } from './micro-step.ts'

type Algorithm = Plan['algorithm']

/** Forward passes of the frozen reference model beside the trained one. @source trl */
export const referencePasses = (algorithm: Algorithm): number =>
  algorithm === 'dpo' || algorithm === 'kto' || algorithm === 'grpo' ? 1 : 0

/** Share of a sequence that the policy writes itself under GRPO; the rest is the prompt. */
const GENERATED_SHARE = 0.5

/**
 * Time in which GRPO writes the answers that it learns from, one token after the other for the whole micro-batch.
 *
 *   tokens · soft maximum of (reading all weights, launching one forward pass)
 *
 * As the trainer's own generation does it; an inference engine beside the trainer is faster.
 */
export function addGenerationTime(step: MicroStep, sink: Sink): void {
  const { plan, prepared, machine, sequence, calibration, habits, repeats, fused } = step
  if (plan.algorithm !== 'grpo') return
  const { operations } = prepared.work
  const host = (fused ? operations.fused : operations.eager) * calibrated(habits.host_seconds_per_operation)
  const reading = prepared.storedBytes / machine.memoryBytesPerSecond
  const perToken = overlapped(reading, host, calibration.machine.overlap_exponent)
  sink.add(
    'compute/generation',
    repeats * sequence.processed * GENERATED_SHARE * perToken,
    'half of each sequence, token by token: weights through memory or kernel launches',
    'trl',
  )
}
