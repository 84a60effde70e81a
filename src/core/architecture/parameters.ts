import type { Architecture, ParameterCounts } from '../domain/architecture.ts'
import { remembered } from './remember.ts'
import { parametersOf, tensorsOf } from './tensors.ts'

/** Parameters by group, tied tensors once; `active` counts the experts that one token passes. */
export const parameterCounts = remembered(countParameters)

function countParameters(architecture: Architecture): ParameterCounts {
  const counts = { embedding: 0, head: 0, attention: 0, mlp: 0, router: 0, norm: 0, other: 0 }
  let total = 0
  let active = 0
  for (const tensor of tensorsOf(architecture)) {
    const parameters = parametersOf(tensor)
    counts[tensor.group] += parameters
    total += parameters
    active += Math.round(parameters * tensor.activeFraction)
  }
  return { total, active, ...counts }
}

/** What bitsandbytes quantises: weights of nn.Linear and Conv1D without the head; fused expert tensors stay as they are. */
export function quantizableParameters(architecture: Architecture): number {
  return tensorsOf(architecture)
    .filter(({ kind, group }) => kind === 'linear-weight' && group !== 'head')
    .reduce((sum, tensor) => sum + parametersOf(tensor), 0)
}

/** What stays in 16 or 32 bits when the base is quantised. */
export const keptParameters = (architecture: Architecture): number =>
  parameterCounts(architecture).total - quantizableParameters(architecture)
