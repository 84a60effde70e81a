import type { EstimateRequest } from '../../core/request.ts'
import type { Presets } from '../presets.ts'
import type { Solvable } from '../solvable.ts'
import { solveAmount } from './amount.ts'
import { solveBreakEven } from './break-even.ts'
import { solveDeadline } from './deadline.ts'
import { solveGpu } from './gpus.ts'
import { solveKnob } from './knobs.ts'
import { solveModel } from './models.ts'
import type { Solution } from './solution.ts'

/** Answers one inverse question about the spec; `among` are the models that `model` chooses from. */
export function solve(
  what: Solvable,
  request: EstimateRequest,
  presets: Presets,
  among: readonly string[],
): Solution {
  const single = { ...request, top: 1, all: false }
  switch (what) {
    case 'model':
      return solveModel(single, presets, among)
    case 'gpu':
      return solveGpu(single, presets)
    case 'examples':
    case 'epochs':
      return solveAmount(what, single)
    case 'deadline':
      return solveDeadline(single)
    case 'break-even':
      return solveBreakEven(single)
    default:
      return solveKnob(what, single)
  }
}
