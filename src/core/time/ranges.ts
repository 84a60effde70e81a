import { isPadded } from '../domain/plan.ts'
import type { TimeCalibration } from '../domain/time-calibration.ts'
import { type Note, note } from '../notes.ts'
import type { MicroStep } from './micro-step.ts'
import type { StepShape } from './step.ts'

type Regime = Exclude<keyof TimeCalibration['ranges'], 'run' | 'sources' | 'large_micro_batch_tokens'>

/** How sure the middle is: by what measured runs cover, and by what the step waits for. */
export function regimeOf({ plan, calibration, machine, tokens }: MicroStep, shape: StepShape): Regime {
  const { ranges, measured } = calibration
  if (!measured.stacks.includes(plan.stack.id) || !measured.generations.includes(machine.generation))
    return 'unknown'
  if (shape.hostSeconds > shape.gpuSeconds) return 'launch_bound'
  return tokens >= ranges.large_micro_batch_tokens ? 'known' : 'small'
}

/** Remarks on what the estimate had to assume. */
export function regimeNotes({ plan, calibration, machine, sequence }: MicroStep): readonly Note[] {
  const { measured } = calibration
  const { workload, hardware, stack, precision } = plan
  const notes: Note[] = []
  if (!measured.stacks.includes(stack.id)) notes.push(note('stack-unmeasured', { stack: stack.id }))
  if (!measured.generations.includes(machine.generation))
    notes.push(note('gpu-unmeasured', { gpu: hardware.gpu.id }))
  if (precision.fp8 && hardware.gpu.peakFlopsPerSecond.fp8 === null) {
    notes.push(note('fp8-unavailable', { gpu: hardware.gpu.id }))
  }
  if (isPadded(workload) && workload.p95Tokens === null)
    notes.push(note('padding-unknown', { tokens: Math.round(sequence.processed) }))
  return notes
}
