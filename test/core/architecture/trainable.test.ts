import { describe, expect, it } from 'vitest'
import {
  adapters,
  architectureOf,
  parameterCounts,
  parametersOf,
  tensorsOf,
  trainableTensors,
} from '../../../src/core/architecture/index.ts'
import oracle from '../../oracle/params.json' with { type: 'json' }

const architectures = oracle.models.map(({ name, config }) => ({
  name,
  architecture: architectureOf(config),
}))
const architectureNamed = (name: string) => architectures.find((one) => one.name === name)!.architecture

const sum = (tensors: readonly { shape: readonly number[]; count: number }[]): number =>
  tensors.reduce((total, tensor) => total + parametersOf(tensor), 0)

describe('Tensors', () => {
  it('add up to the parameters of every model', () => {
    for (const { name, architecture } of architectures)
      expect([name, sum(tensorsOf(architecture))]).toEqual([name, parameterCounts(architecture).total])
  })

  it('have whole positive shapes and counts that the layers divide', () => {
    for (const { architecture } of architectures)
      for (const { shape, count, layerIndices } of tensorsOf(architecture)) {
        expect(shape.every((length) => Number.isInteger(length) && length > 0)).toBe(true)
        expect(count % (layerIndices?.length ?? 1)).toBe(0)
      }
  })

  it('keep the row of each head in one weight in Command R+, in 32 modules in StableLM 2 12B', () => {
    const cohere = tensorsOf(architectureNamed('Command-R-plus'))
    expect(cohere.find(({ name }) => name.endsWith('q_norm.weight'))).toMatchObject({
      shape: [96, 128],
      count: 64,
    })
    const stablelm = architectureOf({
      model_type: 'stablelm',
      vocab_size: 100352,
      hidden_size: 5120,
      intermediate_size: 13824,
      num_hidden_layers: 40,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      qk_layernorm: true,
      use_parallel_residual: true,
    })
    expect(tensorsOf(stablelm).find(({ name }) => name.includes('q_layernorm'))).toMatchObject({
      shape: [160],
      count: 40 * 32,
    })
    expect(parameterCounts(stablelm).total).toBe(12_143_185_920)
  })
})

describe('What trains', () => {
  it('under full fine-tuning is every tensor, towers included', () => {
    for (const { architecture } of architectures)
      expect(sum(trainableTensors(architecture, { trains: 'all' }, null, null))).toBe(
        parameterCounts(architecture).total,
      )
  })

  it('under LoRA is what the adapters count', () => {
    const request = { rank: 8, targets: ['all-linear'], variant: 'dora' }
    for (const { architecture } of architectures) {
      const lora = { ...request, trainModules: [architecture.head.name] }
      expect(sum(trainableTensors(architecture, { trains: 'adapters' }, null, lora))).toBe(
        adapters(architecture, lora).trainableParameters,
      )
    }
  })

  it('under LoRA is one A and one B for each module', () => {
    const llama = architectureNamed('Llama-3-8B')
    const tensors = trainableTensors(llama, { trains: 'adapters' }, null, { rank: 16, targets: ['q_proj'] })
    expect(tensors.map(({ kind, shape, count }) => ({ kind, shape, count }))).toEqual([
      { kind: 'adapter-a', shape: [16, 4096], count: 32 },
      { kind: 'adapter-b', shape: [4096, 16], count: 32 },
    ])
  })

  it('under bitfit is every bias, those of norms too', () => {
    // a layer of GPT-2: c_attn 2304, c_proj 768, c_fc 3072, c_proj 768, two norms 1536; the final norm 768
    const gpt2 = architectureNamed('GPT-2')
    expect(sum(trainableTensors(gpt2, { trains: 'biases' }, null, null))).toBe(12 * 8448 + 768)
    // Qwen 2.5 7B: q 3584, k and v 512 in 28 layers
    const qwen = architectureNamed('Qwen2.5-7B')
    expect(sum(trainableTensors(qwen, { trains: 'biases' }, null, null))).toBe(28 * 4608)
  })

  it('under bitfit is nothing in a model without biases', () => {
    expect(trainableTensors(architectureNamed('Llama-3-8B'), { trains: 'biases' }, null, null)).toEqual([])
  })

  it('under freeze is the given layers alone', () => {
    const llama = architectureNamed('Llama-3-8B')
    // attention 41,943,040 + MLP 176,160,768 + norms 8,192
    expect(sum(trainableTensors(llama, { trains: 'layers' }, [30, 31], null))).toBe(2 * 218_112_000)
    expect(sum(trainableTensors(llama, { trains: 'layers' }, null, null))).toBe(32 * 218_112_000)
  })

  it('under freeze tells layer groups apart', () => {
    const gemma = architectureNamed('Gemma-3-1B')
    const all = Array.from({ length: 26 }, (_, index) => index)
    const apart = all.map((index) => sum(trainableTensors(gemma, { trains: 'layers' }, [index], null)))
    expect(apart.reduce((a, b) => a + b)).toBe(sum(trainableTensors(gemma, { trains: 'layers' }, all, null)))
  })

  it('refuses layers that the model does not have', () => {
    const llama = architectureNamed('Llama-3-8B')
    expect(() => trainableTensors(llama, { trains: 'layers' }, [32], null)).toThrow(/32/)
  })
})
