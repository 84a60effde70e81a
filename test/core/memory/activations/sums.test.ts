import { describe, expect, it } from 'vitest'
import type { Architecture } from '../../../../src/core/domain/architecture.ts'
import { type ActivationInputs, activationModel } from '../../../../src/core/memory/activations/model.ts'
import { architectureFor, fullInputs, inputsOfMode, loraInputs, totalAt } from './oracle.ts'

const llama = architectureFor({
  model_type: 'llama',
  vocab_size: 32000,
  hidden_size: 4096,
  intermediate_size: 14336,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  num_hidden_layers: 32,
  max_position_embeddings: 8192,
})

// h hidden, I intermediate, A query width, K key width, n heads, R the fourteen low-rank tensors of rank 16 in bf16.
const h = 4096
const I = 14336
const A = 4096
const K = 1024
const n = 32
const R = 14 * 16
const core = 4 * A + 4 * K + 4 * n

/** Bytes a token of the last but first layer: of 32 layers less of 31, at one token more. */
function perTokenOfLayer(inputs: (architecture: Architecture) => ActivationInputs): number {
  const alive = [32, 31].map((layers) => {
    const architecture = {
      ...llama,
      layerCount: layers,
      layers: llama.layers.map((layer) => ({ ...layer, indices: layer.indices.slice(0, layers) })),
    }
    const { afterForward } = activationModel(inputs(architecture))
    return totalAt(afterForward, 2, 1024) - totalAt(afterForward, 1, 1024)
  })
  return ((alive[0] ?? 0) - (alive[1] ?? 0)) / 1024
}

describe('saved bytes a token of one Llama layer, against sums worked out by hand', () => {
  const mode = (name: string) => (architecture: Architecture) => inputsOfMode(name, architecture)
  const cases: readonly [string, string, number][] = [
    ['full bf16', 'full_bf16', 16 * h + 8 + core + 8 * I],
    ['fp32 weights under bf16 autocast', 'full_fp32_amp_bf16', 26 * h + 8 + core + 8 * I],
    ['LoRA, bf16 adapters', 'lora_all_r16_bf16adapters_noamp_d0', 12 * h + 8 + core + 8 * I + R],
    ['the same with dropout', 'lora_all_r16_bf16adapters_noamp_d05', 23 * h + 8 + 3 * A + core + 9 * I + R],
    [
      'LoRA, fp32 adapters, autocast',
      'lora_all_r16_fp32adapters_amp_d0',
      18 * h + 8 + 2 * A + core + 8 * I + R,
    ],
    [
      'LoRA, fp32 adapters, no autocast',
      'lora_all_r16_fp32adapters_noamp_d0',
      28 * h + 8 + 4 * A + core + 10 * I + 2 * R,
    ],
    ['QLoRA after k-bit preparation', 'qlora_nf4_dq_all_r16_kbitprep_amp_d0', 18 * h + 8 + core + 14 * I + R],
  ]
  for (const [title, name, bytes] of cases)
    it(`adds up for ${title}`, () => {
      expect(perTokenOfLayer(mode(name))).toBeCloseTo(bytes, 6)
    })

  it('doubles nothing in eager attention but the scores: 6A + 6n·s and the copy for the output projection', () => {
    const eager = (architecture: Architecture): ActivationInputs => ({
      ...fullInputs(architecture),
      attention: 'eager',
    })
    expect(perTokenOfLayer(eager)).toBeCloseTo(16 * h + 8 + 8 * A + 6 * n * 1024 + 8 * I, 6)
  })

  it('adds 4 bytes an output and module for DoRA', () => {
    const outputs = A + 2 * K + h + 2 * I + h
    const bf16 =
      (variant: 'lora' | 'dora') =>
      (architecture: Architecture): ActivationInputs => {
        const inputs = loraInputs(architecture)
        const lora = inputs.lora === null ? null : { ...inputs.lora, variant }
        return { ...inputs, lora, precision: { ...inputs.precision, adapters: 'bf16' } }
      }
    expect(perTokenOfLayer(bf16('dora')) - perTokenOfLayer(bf16('lora'))).toBeCloseTo(4 * outputs, 6)
  })

  it('keeps the layer input only under full checkpointing: 2h, or 4h where the stream is fp32', () => {
    const checkpointed =
      (name: string) =>
      (architecture: Architecture): ActivationInputs => ({
        ...inputsOfMode(name, architecture),
        gradientCheckpointing: 'full',
      })
    expect(perTokenOfLayer(checkpointed('full_bf16'))).toBeCloseTo(2 * h, 6)
    expect(perTokenOfLayer(checkpointed('full_fp32_amp_bf16'))).toBeCloseTo(4 * h, 6)
  })

  it('keeps the outputs of attention and half of the products under selective checkpointing', () => {
    const selective = (architecture: Architecture): ActivationInputs => ({
      ...fullInputs(architecture),
      gradientCheckpointing: 'selective',
    })
    const products = 2 * A + 4 * K + 4 * h + 4 * I
    expect(perTokenOfLayer(selective)).toBeCloseTo(2 * h + 2 * A + 4 * n + products / 2, 6)
  })

  it('keeps nothing on the card under offloaded checkpointing', () => {
    const offloaded = (architecture: Architecture): ActivationInputs => ({
      ...fullInputs(architecture),
      gradientCheckpointing: 'offload',
    })
    expect(perTokenOfLayer(offloaded)).toBe(0)
    expect(totalAt(activationModel(offloaded(llama)).offloaded, 2, 1024)).toBe(2 * 1024 * 32 * 2 * h)
  })

  it('saves 2h for each fused norm, and gate, up and their product for a fused activation', () => {
    const fused = (architecture: Architecture): ActivationInputs => ({
      ...fullInputs(architecture),
      kernels: 'liger',
    })
    // norms: input 2h and 1/rms; their outputs feed the projections; gate, up, product
    expect(perTokenOfLayer(fused)).toBeCloseTo(2 * (2 * h + 4) + 4 * h + core + 6 * I, 6)
  })

  it('saves one byte a value for the input of an fp8 product', () => {
    const fp8 = (architecture: Architecture): ActivationInputs => {
      const inputs = fullInputs(architecture)
      return { ...inputs, precision: { ...inputs.precision, fp8: true } }
    }
    const difference = perTokenOfLayer((architecture) => fullInputs(architecture)) - perTokenOfLayer(fp8)
    // q, k and v each keep their own 8-bit copy, gate and up too: 2h − 3h, 2h − 2h, product 2I − I; attention's output
    // stays for its own backward: −A
    expect(difference).toBeCloseTo(2 * h - 3 * h + 2 * h - 2 * h + I - A, 6)
  })
})
