import { describe, expect, it } from 'vitest'
import {
  adapters,
  architectureOf,
  keptParameters,
  modelReport,
  parameterCounts,
  quantizableParameters,
} from '../../../src/core/architecture/index.ts'
import oracle from '../../oracle/params.json' with { type: 'json' }

const groupNames = {
  embedding: 'embedding',
  lm_head: 'head',
  attention: 'attention',
  mlp: 'mlp',
  router: 'router',
  norms: 'norm',
  other: 'other',
} as const

describe.each(oracle.models)('$name', (model) => {
  const architecture = architectureOf(model.config)

  it('has every parameter of the real model, group by group', () => {
    const { total, active, ...counts } = parameterCounts(architecture)
    const groups: Readonly<Record<string, number | undefined>> = model.groups
    for (const [name, group] of Object.entries(groupNames)) expect(counts[group]).toBe(groups[name] ?? 0)
    expect(total).toBe(model.total)
    expect(active).toBeLessThanOrEqual(total)
  })

  it('quantises what bitsandbytes quantises and keeps the rest', () => {
    expect(quantizableParameters(architecture)).toBe(model.quantizable)
    expect(keptParameters(architecture)).toBe(model.kept)
  })

  it('has the linears of the real model under their names', () => {
    const { linears } = modelReport(architecture)
    const byName = (a: readonly unknown[], b: readonly unknown[]) => String(a[0]).localeCompare(String(b[0]))
    const found = linears.map((linear) => [linear.name, linear.in, linear.out, linear.bias, linear.count])
    expect(found.sort(byName)).toEqual([...model.linears].sort(byName))
    expect(linears.reduce((sum, { count }) => sum + count, 0)).toBe(model.linearCount)
  })

  it.each(model.lora)(
    'trains what peft trains: rank $rank on $targets',
    ({ rank, targets, modules, trainable }) => {
      const found = adapters(architecture, { rank, targets })
      expect(found.moduleCount).toBe(modules)
      expect(found.trainableParameters).toBe(trainable)
    },
  )
})

it.each(oracle.totals)('$name has $total parameters', ({ config, total }) => {
  expect(parameterCounts(architectureOf(config)).total).toBe(total)
})
