import { type Phase, trainingPhases } from '../domain/estimates.ts'
import type { Plan } from '../domain/plan.ts'
import type { CounterInputs } from './counters.ts'
import { fixedBytes } from './line.ts'
import { logitsBytes } from './logits.ts'
import { besidePeak } from './other-phases.ts'
import { type Peak, peakOf } from './peak.ts'
import type { PreparedMemory } from './prepare.ts'

/** The highest training phase, and what the counters are derived from. */
export interface TrainingPeak {
  readonly phase: Phase
  readonly inputs: CounterInputs
}

/** The peak of a step: the highest of forward, loss, backward and optimizer. */
export function trainingPeak(prepared: PreparedMemory, plan: Plan): TrainingPeak {
  let phase: Phase = 'forward'
  let highest: Peak | null = null
  let activationBytes = 0
  let passBytes = 0
  for (const one of trainingPhases) {
    const peak = peakOf(prepared, plan, one)
    if (peak === null) continue
    activationBytes = Math.max(activationBytes, peak.activationBytes)
    if (one !== 'optimizer') passBytes = Math.max(passBytes, peak.bytes)
    if (highest !== null && peak.bytes <= highest.bytes) continue
    phase = one
    highest = peak
  }
  return {
    phase,
    inputs: {
      allocatedBytes: highest?.bytes ?? 0,
      passBytes,
      besideBytes: besidePeak(prepared, plan),
      activationBytes,
      logitsBytes: logitsBytes(plan),
      gatheredBytes: highest?.stage.gatheredTrainedBytes ?? 0,
      pagedBytes: fixedBytes(highest?.stage.residents.paged ?? []),
    },
  }
}
