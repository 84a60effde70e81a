import { describe, expect, it } from 'vitest'
import {
  type ActivationInputs,
  activationModel,
  type Moment,
} from '../../../../src/core/memory/activations/model.ts'
import { architectureFor, fullInputs, loraInputs, plainHabits, totalAt } from './oracle.ts'

const V = 128256
const h = 2048
const llama = architectureFor({
  model_type: 'llama',
  vocab_size: V,
  hidden_size: h,
  intermediate_size: 8192,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  num_hidden_layers: 4,
  max_position_embeddings: 8192,
})
const tokens = 4096
const lora: ActivationInputs = { ...loraInputs(llama), gradientCheckpointing: 'full' }

/** Bytes a token of the highest moment of a list. */
const highest = (moments: readonly Moment[]): number =>
  Math.max(...moments.map(({ alive }) => totalAt(alive, 1, tokens))) / tokens

const startOfBackward = (inputs: ActivationInputs): number =>
  highest(activationModel(inputs).loss.filter(({ name }) => name.includes('backward')))

const besideLoss = (inputs: ActivationInputs): number =>
  totalAt(
    activationModel(inputs).afterForward.filter(({ key }) => !key.startsWith('loss')),
    1,
    tokens,
  ) / tokens

describe('the logits chain', () => {
  it('holds 12 bytes a logit at the start of backward', () => {
    expect(startOfBackward(lora) - besideLoss(lora)).toBeCloseTo(12 * V, -2)
  })

  it('holds 10 bytes a logit at the end of the forward: logits, their fp32 copy, log-softmax', () => {
    const forward = highest(activationModel(lora).loss.filter(({ name }) => name.includes('forward')))
    // and the output of the final norm, which the model's frame still holds
    expect(forward - besideLoss(lora)).toBeCloseTo(10 * V + 4 * h, -3)
  })

  it('holds 2 bytes more where the loop keeps its outputs', () => {
    const keeps = { ...lora, habits: { ...plainHabits, keepsLogits: true } }
    expect(startOfBackward(keeps) - startOfBackward(lora)).toBeCloseTo(2 * V, 6)
  })

  it('holds what a trainer adds', () => {
    const trainer = { ...lora, habits: { ...plainHabits, extraLogitsBytes: 4 } }
    expect(startOfBackward(trainer) - startOfBackward(lora)).toBeCloseTo(4 * V, 6)
  })

  it('holds the kernel’s bytes a logit with a fused cross entropy', () => {
    const fused: ActivationInputs = { ...lora, loss: 'fused-ce' }
    expect((startOfBackward(fused) - besideLoss(fused)) / V).toBeCloseTo(8, 1)
  })

  it('holds a chunk of hidden size with a fused linear cross entropy, whatever the vocabulary', () => {
    const fused: ActivationInputs = { ...lora, loss: 'fused-linear-ce' }
    const model = activationModel(fused)
    const checkpointsAndNorm = totalAt(model.afterForward, 1, tokens) / tokens
    const peak = highest(model.loss)
    expect(peak).toBeLessThan(checkpointsAndNorm + 16 * h)
    expect(peak).toBeGreaterThan(checkpointsAndNorm + 6 * h)
    expect(highest([...model.loss, ...model.forward])).toBeLessThan(startOfBackward(lora) / 4)
  })

  it('holds one part of the logits with a chunked loss', () => {
    const chunked: ActivationInputs = { ...lora, loss: 'chunked', habits: { ...plainHabits, lossChunks: 16 } }
    const halved: ActivationInputs = { ...lora, loss: 'chunked', habits: { ...plainHabits, lossChunks: 8 } }
    const difference = highest(activationModel(halved).loss) - highest(activationModel(chunked).loss)
    expect(difference).toBeCloseTo((8 * V) / 16, 3)
  })
})

describe('the end of backward', () => {
  it('has the gradient of the embedding, and of a tied one its sum with the head’s', () => {
    const untied = activationModel(fullInputs(llama))
    const tied = activationModel(fullInputs({ ...llama, tiedEmbeddings: true }))
    const last = (moments: readonly Moment[]): number =>
      Math.max(...moments.filter(({ name }) => name === 'embedding').map(({ alive }) => totalAt(alive, 1, 1)))
    expect(last(tied.backward) - last(untied.backward)).toBe(2 * V * h)
  })

  it('has no such moment when only adapters train', () => {
    expect(activationModel(lora).backward.some(({ name }) => name === 'embedding')).toBe(false)
  })
})
