import { describe, expect, it } from 'vitest'
import { ownCorrectionOf } from '../../../src/core/calibration/own-correction.ts'
import { predictOwnRun } from '../../../src/core/calibration/predict.ts'
import { Spec } from '../../../src/core/domain/spec.ts'
import { UserError } from '../../../src/core/errors.ts'
import { estimate } from '../../../src/core/estimate.ts'
import { packagedCatalog } from '../../support/compiled-presets.ts'

const catalog = await packagedCatalog()

const pinned = {
  model: 'llama-3.1-8b',
  dataset: { examples: 800, epochs: 1, tokens: { mean: 2048, max: 2048 }, packing: true },
  training: {
    task: 'instruct',
    method: 'qlora',
    sequence_length: 2048,
    global_batch_size: 8,
    micro_batch_size: 2,
    lora: { rank: 16 },
    precision: 'bf16-mixed',
    optimizer: 'adamw',
    gradient_checkpointing: 'full',
    attention: 'flash',
    loss: 'materialized',
    kernels: 'none',
    stack: 'trl',
    sharding: 'none',
  },
  hardware: { gpu: 'rtx4090', count: 1, owned: true },
}

const messageOf = (spec: unknown): string => {
  try {
    predictOwnRun(Spec.parse(spec), catalog)
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
  return ''
}

describe('the prediction of an own run', () => {
  it('is the packaged estimate of the same plan', () => {
    const run = predictOwnRun(Spec.parse(pinned), catalog)
    const [plan] = estimate({
      spec: Spec.parse(pinned),
      origins: {},
      library: catalog,
      asOf: '2026-11-25',
      prices: { overrides: {}, strict: false, maxAgeDays: null, includeUnverified: false },
      top: null,
      all: false,
      generator: { name: 'test', version: '0' },
      generatedAt: null,
    }).plans
    expect(run).toMatchObject({ stack: 'trl', method_class: 'quantized-adapters', gpu: 'rtx4090' })
    expect(run.predicted.required_bytes).toEqual(plan?.memory?.requiredBytes)
    expect(run.predicted.step_seconds).toEqual(plan?.time?.stepSeconds)
    const weights = plan?.memory?.phases
      .find(({ phase }) => phase === plan.memory?.peakPhase)
      ?.terms.filter(({ key }) => key.startsWith('weights/'))
    expect(run.predicted.weight_bytes).toBe(weights?.reduce((sum, { bytes }) => sum + bytes, 0))
  })

  it('names the knobs that a spec leaves open', () => {
    const { training } = pinned
    const { micro_batch_size: _, ...withoutBatch } = training
    expect(messageOf({ ...pinned, training: withoutBatch })).toMatch(/training\.micro_batch_size is open$/)
    const lists = { ...training, optimizer: ['adamw', 'adamw-8bit'], gradient_checkpointing: 'auto' }
    expect(messageOf({ ...pinned, training: lists })).toMatch(
      /training\.optimizer, training\.gradient_checkpointing are open$/,
    )
    const cards = { gpu: ['rtx4090', 'h100-sxm'], count: [1, 2] }
    const split = { ...training, sharding: ['none', 'ddp'] }
    expect(messageOf({ ...pinned, training: split, hardware: cards })).toMatch(
      /^the spec allows \d+ plans, a run has one: hardware\.gpu, hardware\.count.* are open$/,
    )
    const twice = [pinned.hardware, pinned.hardware]
    expect(messageOf({ ...pinned, hardware: twice })).toBe(
      'the spec allows 2 plans, a run has one: hardware is open',
    )
  })

  it('leaves estimates exactly as packaged without own runs', () => {
    expect(ownCorrectionOf(catalog)).toBeNull()
    expect(ownCorrectionOf(Object.assign(Object.create(catalog), { ownRuns: () => [] }))).toBeNull()
  })
})
