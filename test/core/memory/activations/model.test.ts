import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ActivationInputs,
  activationModel,
  type Moment,
} from '../../../../src/core/memory/activations/model.ts'
import {
  architectureFor,
  fullInputs,
  inputsOfMode,
  loraInputs,
  plainHabits,
  readOracle,
  totalAt,
} from './oracle.ts'

const { configs } = readOracle('activations')
const architectures = Object.values(configs).map(architectureFor)
const llama = architectureFor(configs['Llama-3-8B'] ?? {})
const mixtral = architectureFor(configs['Mixtral-8x7B'] ?? {})

const highest = (moments: readonly Moment[], microBatch = 1, sequence = 1024): number =>
  Math.max(0, ...moments.map(({ alive }) => totalAt(alive, microBatch, sequence)))

const alive = (inputs: ActivationInputs, sequence = 1024): number =>
  totalAt(activationModel(inputs).afterForward, 1, sequence)

const anyInputs = fc
  .record({
    architecture: fc.constantFrom(...architectures),
    mode: fc.constantFrom(
      'full_bf16',
      'full_fp32_amp_bf16',
      'lora_all_r16_fp32adapters_amp_d05',
      'lora_qv_r8_bf16adapters_noamp_d0',
      'qlora_nf4_dq_all_r16_kbitprep_amp_d05',
    ),
    attention: fc.constantFrom('eager' as const, 'sdpa' as const, 'flash' as const),
    loss: fc.constantFrom(
      'materialized' as const,
      'fused-ce' as const,
      'fused-linear-ce' as const,
      'chunked' as const,
    ),
    kernels: fc.constantFrom('none' as const, 'liger' as const, 'unsloth' as const),
    gradientCheckpointing: fc.constantFrom(
      'none' as const,
      'full' as const,
      'selective' as const,
      'offload' as const,
    ),
    reentrantCheckpointing: fc.boolean(),
    padded: fc.boolean(),
  })
  .map(
    ({ architecture, mode, ...rest }): ActivationInputs => ({ ...inputsOfMode(mode, architecture), ...rest }),
  )

describe('any settings', () => {
  it('give footprints without negative bytes, and moments that hold at least what they name', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        const model = activationModel(inputs)
        const lists = [
          model.afterForward,
          ...[...model.forward, ...model.loss, ...model.backward].map(({ alive }) => alive),
        ]
        for (const { footprint } of lists.flat())
          for (const coefficient of Object.values(footprint)) expect(coefficient).toBeGreaterThan(-1e-3)
        expect(model.loss.length).toBeGreaterThan(0)
        expect(model.backward.length).toBeGreaterThan(0)
      }),
      { numRuns: 60 },
    )
  })

  it('never need less for more tokens', () => {
    fc.assert(
      fc.property(
        anyInputs,
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 64, max: 4096 }),
        (inputs, batch, length) => {
          const { forward, loss, backward, afterForward } = activationModel(inputs)
          const moments = [...forward, ...loss, ...backward]
          expect(highest(moments, batch + 1, length)).toBeGreaterThanOrEqual(highest(moments, batch, length))
          expect(totalAt(afterForward, batch, length + 64)).toBeGreaterThanOrEqual(
            totalAt(afterForward, batch, length),
          )
        },
      ),
      { numRuns: 40 },
    )
  })

  it('peak at least as high as what stays after the forward', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        const { loss, afterForward } = activationModel(inputs)
        expect(highest(loss) * 1.0001).toBeGreaterThanOrEqual(totalAt(afterForward, 1, 1024))
      }),
      { numRuns: 40 },
    )
  })
})

describe('layers that do not train', () => {
  const frozenBelow = (first: number): ActivationInputs => ({
    ...fullInputs(llama),
    trains: 'layers',
    trainableLayers: Array.from({ length: llama.layerCount - first }, (_, index) => first + index),
  })

  it('save nothing below the first that does', () => {
    const whole = alive(frozenBelow(0))
    const half = alive(frozenBelow(16))
    const loss = totalAt(
      activationModel(frozenBelow(0)).afterForward.filter(({ perLayer }) => !perLayer),
      1,
      1024,
    )
    expect((half - loss) / (whole - loss)).toBeCloseTo(0.5, 2)
  })

  it('keep no checkpoint either', () => {
    const checkpoints = (first: number): number =>
      totalAt(
        activationModel({ ...frozenBelow(first), gradientCheckpointing: 'full' }).afterForward.filter(
          ({ key }) => key === 'activations/checkpoints',
        ),
        1,
        1024,
      )
    expect(checkpoints(24) / checkpoints(0)).toBeCloseTo(0.25, 6)
  })
})

describe('moments', () => {
  const inputs: ActivationInputs = { ...loraInputs(llama), gradientCheckpointing: 'full' }

  it('set tensors of the layer in work apart from those of all layers', () => {
    const moment = activationModel(inputs).backward.find(({ name }) => name === 'layer 31 backward')
    const own = moment?.alive.filter(({ perLayer, key }) => !perLayer && key === 'activations/mlp')
    const all = moment?.alive.filter(({ perLayer, key }) => perLayer && key === 'activations/checkpoints')
    expect(own).toHaveLength(1)
    expect(all).toHaveLength(1)
  })

  it('count down the layers from the last to the first', () => {
    const done = activationModel(inputs).backward.map(({ layersDone }) => layersDone)
    expect(Math.max(...done)).toBe(llama.layerCount - 1)
    expect(done).toContain(0)
  })

  it('keep the output of a layer under reentrant checkpointing, which recomputes to the end', () => {
    const layer = (reentrantCheckpointing: boolean): number =>
      highest(
        activationModel({
          ...fullInputs(llama),
          gradientCheckpointing: 'full',
          reentrantCheckpointing,
        }).backward.filter(({ name }) => name.startsWith('layer')),
      )
    expect(layer(true) - layer(false)).toBe(2 * llama.hiddenSize * 1024)
  })
})

describe('experts', () => {
  it('save in proportion to the experts a token passes', () => {
    const saved = (expertsPerToken: number): number => {
      const layers = mixtral.layers.map((layer) => ({
        ...layer,
        feedForward:
          layer.feedForward.kind === 'moe' ? { ...layer.feedForward, expertsPerToken } : layer.feedForward,
      }))
      const model = activationModel(fullInputs({ ...mixtral, layers }))
      return totalAt(
        model.afterForward.filter(({ key }) => key === 'activations/experts'),
        1,
        1024,
      )
    }
    expect(saved(4) / saved(2)).toBeCloseTo(2, 6)
  })

  it('of many kinds cost the same as of few when tokens pass as many', () => {
    const saved = (expertCount: number): number => {
      const layers = mixtral.layers.map((layer) => ({
        ...layer,
        feedForward:
          layer.feedForward.kind === 'moe' ? { ...layer.feedForward, expertCount } : layer.feedForward,
      }))
      const model = activationModel(fullInputs({ ...mixtral, layers }))
      return totalAt(
        model.afterForward.filter(({ key }) => key === 'activations/experts'),
        1,
        1024,
      )
    }
    expect(saved(128) / saved(8)).toBeCloseTo(1, 6)
  })
})

describe('habits of stacks', () => {
  it('double the intermediate tensors where a quantised base leaves activations in fp32', () => {
    const quantized = inputsOfMode('qlora_nf4_dq_qv_r16_nokbitprep_noamp_d0', llama)
    const narrow = { ...quantized, precision: { ...quantized.precision, adapters: 'bf16' as const } }
    const wide = { ...narrow, habits: { ...plainHabits, fp32Activations: true } }
    const inside = (inputs: ActivationInputs): number =>
      totalAt(
        activationModel(inputs).afterForward.filter(({ key }) => key === 'activations/mlp'),
        1,
        1024,
      )
    expect(inside(wide) / inside(narrow)).toBeCloseTo(2, 6)
  })

  it('run the backward of silu as one kernel', () => {
    const inputs: ActivationInputs = { ...fullInputs(llama), gradientCheckpointing: 'full' }
    const fused = { ...inputs, habits: { ...plainHabits, fusedActivationBackward: true } }
    const layers = (each: ActivationInputs): number =>
      highest(activationModel(each).backward.filter(({ name }) => name.startsWith('layer')))
    expect(layers(fused)).toBeLessThan(layers(inputs))
  })
})
