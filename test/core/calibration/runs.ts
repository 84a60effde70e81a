import type { MeasuredFigures } from '../../../src/core/domain/run.ts'
import type { OwnRun, OwnRunRules } from '../../../src/core/domain/user-calibration.ts'
import { GIB } from '../../../src/core/units.ts'

export const rules: OwnRunRules = {
  scatter: { time: 0.07, memory: 0.05 },
  scatter_runs: 4,
  class_runs: 3,
  implausible_factor: 5,
  sources: ['judgement'],
}

const around = (mid: number, low = 0.8, high = 1.2) => ({ low: mid * low, mid, high: mid * high })

/** A run that is predicted to hold 10 GiB of weights and to allocate 20 GiB, on a card of 40 GiB, at 2 s a step. */
export function ownRun(measured: MeasuredFigures, change: Partial<OwnRun> = {}): OwnRun {
  return {
    name: 'run',
    from: '/project/runs.yaml',
    stack: 'trl',
    method_class: 'adapters',
    gpu: 'rtx4090',
    spec: {},
    measured,
    oom: false,
    predicted: {
      weight_bytes: 10 * GIB,
      capacity_bytes: 40 * GIB,
      allocated_bytes: around(20 * GIB),
      reserved_bytes: around(22 * GIB),
      device_bytes: around(23 * GIB),
      required_bytes: around(21 * GIB),
      fit_probability: 1,
      step_seconds: around(2),
      tokens_per_second_per_gpu: around(1000),
      gradient_accumulation: 4,
    },
    ...change,
  }
}

export const repeated = (count: number, run: OwnRun): OwnRun[] => Array.from({ length: count }, () => run)
