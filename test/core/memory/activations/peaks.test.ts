import { describe, expect, it } from 'vitest'
import type { Architecture } from '../../../../src/core/domain/architecture.ts'
import { activationModel, type Moment } from '../../../../src/core/memory/activations/model.ts'
import { architectureFor, inputsOfRow, type Row, readOracle, totalAt } from './oracle.ts'

interface Gradients {
  readonly head: number
  readonly layer: number
  readonly embedding: number
}

/** Bytes of parameter gradients, part by part. A tied weight has its gradient when the head is done. */
function gradientsOf(row: Row, architecture: Architecture): Gradients {
  const total = Number(row.gradientBytes)
  const layers = architecture.layerCount
  const setting = String(row.setting)
  if (!setting.startsWith('full')) return { head: 0, layer: total / layers, embedding: 0 }
  const width = setting.includes('fp32') ? 4 : 2
  const table = architecture.vocabularySize * architecture.embeddingSize * width
  const head = table + (architecture.finalNorm?.width ?? 0) * width
  const embedding = architecture.tiedEmbeddings ? 0 : table
  return { head, layer: (total - head - embedding) / layers, embedding }
}

function highest(moments: readonly Moment[], row: Row, gradients: Gradients): number {
  const bytes = moments.map(
    (moment) =>
      totalAt(moment.alive, Number(row.batch), Number(row.sequence)) +
      (moment.headDone ? gradients.head : 0) +
      moment.layersDone * gradients.layer,
  )
  return Number(row.residentBytes) + Math.max(...bytes)
}

function predict(row: Row, configs: ReturnType<typeof readOracle>['configs']) {
  const architecture = architectureFor({
    ...configs[String(row.model)],
    num_hidden_layers: Number(row.layers),
  })
  const model = activationModel(inputsOfRow(row, architecture))
  const gradients = gradientsOf(row, architecture)
  const of = (word: string) => model.loss.filter(({ name }) => name.includes(word))
  const forward = highest([...model.forward, ...of('forward')], row, gradients)
  const backward = highest([...of('backward'), ...model.backward], row, gradients)
  const copies = row.optimizer === 'foreach' ? 2 : 1
  const step = Number(row.residentBytes) + copies * Number(row.gradientBytes)
  const peak = Math.max(forward, backward, step)
  const phase = peak === step ? 'step' : peak === backward ? 'bwd' : 'fwd'
  return {
    row,
    forward,
    backward,
    peak,
    phase,
    name: [row.model, row.setting, row.attention, row.checkpointing].join(' '),
  }
}

const off = (got: number, want: number | string | undefined): number => Math.abs(got / Number(want) - 1)

describe('peaks of whole steps', () => {
  const { rows, configs } = readOracle('peak')
  const cases = rows.map((row) => predict(row, configs))

  it('are within 1 % of the real model classes and bind in the same phase', () => {
    expect(cases).toHaveLength(55)
    const wrong = cases.filter(
      ({ row, peak, phase }) => off(peak, row.peakBytes) > 0.01 || phase !== row.peakPhase,
    )
    expect(wrong.map(({ name }) => name)).toEqual([])
  })
})

describe('peaks inside a layer', () => {
  const { rows, configs } = readOracle('layerpeak')
  const cases = rows.map((row) => predict(row, configs))

  it('are within 2 % of the real model classes', () => {
    expect(cases).toHaveLength(108)
    expect(cases.filter(({ row, peak }) => off(peak, row.peakBytes) > 0.02).map(({ name }) => name)).toEqual(
      [],
    )
  })

  it('are within 0.1 % for most of backward', () => {
    const near = cases.filter(({ row, backward }) => off(backward, row.backwardPeakBytes) < 0.001)
    expect(near.length).toBeGreaterThanOrEqual(85)
  })
})
