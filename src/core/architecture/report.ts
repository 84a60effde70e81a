import type { Architecture, ParameterCounts } from '../domain/architecture.ts'
import { placedLinears } from './linears.ts'
import { parameterCounts, quantizableParameters } from './parameters.ts'

export interface ReportedLinear {
  readonly name: string
  readonly in: number
  readonly out: number
  readonly bias: boolean
  readonly count: number
}

export interface ModelReport {
  readonly modelType: string
  readonly parameters: ParameterCounts
  readonly quantizableParameters: number
  readonly linears: readonly ReportedLinear[]
}

/** A model as `ftplan show model` prints it: counts and every kind of linear without the head, one line for all layers. */
export function modelReport(architecture: Architecture): ModelReport {
  const towers = architecture.towerLinears.map((linear) => ({ linear, count: linear.count }))
  const linears = new Map<string, ReportedLinear>()
  for (const { linear, count } of [...placedLinears(architecture), ...towers]) {
    const key = `${linear.name} ${linear.inFeatures} ${linear.outFeatures}`
    const known = linears.get(key)?.count ?? 0
    linears.set(key, {
      bias: linear.bias,
      name: linear.name,
      in: linear.inFeatures,
      out: linear.outFeatures,
      count: known + count,
    })
  }
  return {
    modelType: architecture.modelType,
    parameters: parameterCounts(architecture),
    quantizableParameters: quantizableParameters(architecture),
    linears: [...linears.values()],
  }
}
