import { describe, expect, it } from 'vitest'
import {
  architectureOf,
  modelReport,
  parameterCounts,
  trainableTensors,
} from '../../../src/core/architecture/index.ts'
import { UserError } from '../../../src/core/errors.ts'
import oracle from '../../oracle/params.json' with { type: 'json' }

const configOf = (name: string): Record<string, unknown> => ({
  ...oracle.models.find((model) => model.name === name)?.config,
})
const total = (config: unknown) => parameterCounts(architectureOf(config)).total

describe('Forms of a family that no released config of the oracle has', () => {
  it('Falcon RW 1B: sequential, ALiBi, biases, a key head for each query head: 1,311,625,216 parameters', () => {
    const falconRw = {
      model_type: 'falcon',
      vocab_size: 50304,
      hidden_size: 2048,
      n_layer: 24,
      n_head: 32,
      alibi: true,
      bias: true,
      multi_query: false,
      parallel_attn: false,
    }
    const architecture = architectureOf(falconRw)
    expect(parameterCounts(architecture).total).toBe(1_311_625_216)
    expect(architecture.layers[0]?.wiring).toBe('sequential')
    expect(architecture.layers[0]?.attention.positions).toBe('alibi')
  })

  it('GPT-Neo with attention_types instead of the list of layers', () => {
    const { attention_layers, ...config } = configOf('GPT-Neo-125M')
    expect(attention_layers).toBeDefined()
    expect(architectureOf(config)).toEqual(architectureOf(configOf('GPT-Neo-125M')))
    expect(() => architectureOf({ ...config, attention_types: ['global'] })).toThrow(/attention_types/)
  })

  it('Qwen 2 with a window in the upper layers', () => {
    const { layer_types, sliding_window, ...config } = configOf('Qwen2.5-0.5B')
    expect([Array.isArray(layer_types), sliding_window]).toEqual([true, null])
    const windowed = { ...config, use_sliding_window: true, sliding_window: 4096, max_window_layers: 20 }
    expect(
      architectureOf(windowed).layers.map(({ indices, attention }) => [
        indices.length,
        attention.slidingWindow,
      ]),
    ).toEqual([
      [20, null],
      [4, 4096],
    ])
  })

  it('Qwen 3 MoE with a window in every layer', () => {
    const config = { ...configOf('Qwen3-30B-A3B'), use_sliding_window: true, sliding_window: 1024 }
    expect(architectureOf(config).layers[0]?.attention.slidingWindow).toBe(1024)
  })

  it('SmolLM 3 with a window in the layers without positions', () => {
    const { layer_types, ...config } = configOf('SmolLM3-3B')
    expect(layer_types).toBeDefined()
    const { layers } = architectureOf({ ...config, use_sliding_window: true, sliding_window: 2048 })
    expect(layers.map(({ attention }) => [attention.positions, attention.slidingWindow])).toEqual([
      ['rotary', null],
      ['none', 2048],
    ])
  })

  it('EXAONE 4 with its pattern in letters', () => {
    const { layer_types, ...config } = configOf('EXAONE-4.0-32B')
    expect(layer_types).toBeDefined()
    expect(architectureOf({ ...config, sliding_window_pattern: 'LLLG' })).toEqual(
      architectureOf(configOf('EXAONE-4.0-32B')),
    )
  })

  it('Phi with normed heads has 2 x 128 parameters a layer more', () => {
    const config = configOf('Phi-1.5')
    expect(total({ ...config, qk_layernorm: true }) - total(config)).toBe(24 * 2 * 128)
  })

  it('GPT-NeoX with blocks one behind the other', () => {
    const config = { ...configOf('Pythia-70M'), use_parallel_residual: false }
    expect(architectureOf(config).layers[0]?.wiring).toBe('sequential')
  })

  it('OPT with norms without weights', () => {
    const config = configOf('OPT-125M')
    // two norms in 12 layers and the last one, weight and bias of 768 each
    expect(total(config) - total({ ...config, layer_norm_elementwise_affine: false })).toBe(25 * 2 * 768)
  })

  it('MPT without ALiBi and without a table has no positions', () => {
    const config = { ...configOf('MPT-7B'), attn_config: { alibi: false }, learned_pos_emb: false }
    expect(architectureOf(config).layers[0]?.attention.positions).toBe('none')
    expect(total(config)).toBe(total(configOf('MPT-7B')))
  })

  it('StarCoder without multi-query attention', () => {
    const { num_key_value_heads, ...config } = configOf('StarCoder-15.5B')
    expect(num_key_value_heads).toBe(1)
    const attention = architectureOf({ ...config, multi_query: false }).layers[0]?.attention
    expect(attention?.keyValueHeads).toBe(48)
  })

  it('DeepSeek without shared or without routed experts', () => {
    const config = configOf('DeepSeek-V2-Lite')
    const [, layer] = architectureOf({ ...config, n_shared_experts: null }).layers
    expect(layer?.feedForward).toMatchObject({ kind: 'moe', shared: null })
    const dense = architectureOf({ ...config, n_routed_experts: 0 }).layers
    expect(dense.map(({ feedForward }) => feedForward.kind)).toEqual(['dense'])
  })

  it('Qwen 1 with an odd intermediate size is refused', () => {
    const config = {
      model_type: 'qwen',
      vocab_size: 1000,
      hidden_size: 64,
      num_hidden_layers: 2,
      num_attention_heads: 4,
      intermediate_size: 101,
    }
    expect(() => architectureOf(config)).toThrow(/intermediate_size/)
  })

  it('rope_parameters for each kind of layer', () => {
    const rope = { full_attention: { partial_rotary_factor: 0.5 }, sliding_attention: {} }
    const config = { ...configOf('Phi-3-mini-4k'), partial_rotary_factor: undefined, rope_parameters: rope }
    expect(architectureOf(config).layers[0]?.attention.rotaryFraction).toBe(0.5)
  })
})

describe('Towers', () => {
  const siglip = { model_type: 'siglip_vision_model', hidden_size: 768, image_size: 224, patch_size: 16 }
  const tiny = {
    model_type: 'llama',
    vocab_size: 1000,
    hidden_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    intermediate_size: 128,
  }

  it('SigLIP base with its pooling head has 92,884,224 parameters', () => {
    const { other } = parameterCounts(
      architectureOf({ model_type: 'llava', text_config: tiny, vision_config: siglip }),
    )
    const projector = 768 * 64 + 64 + 64 * 64 + 64
    expect(other - projector).toBe(92_884_224)
  })

  it('LLaVA 1.6 has one vector more than LLaVA 1.5', () => {
    const llava = { model_type: 'llava', text_config: tiny, vision_config: siglip }
    expect(total({ ...llava, model_type: 'llava_next' }) - total(llava)).toBe(64)
  })

  it('features of two layers double the input of the projector', () => {
    const llava = { model_type: 'llava', text_config: tiny, vision_config: siglip }
    expect(total({ ...llava, vision_feature_layer: [-2, -1] }) - total(llava)).toBe(768 * 64)
  })

  it('Pixtral 12B has 12,682,739,712 parameters', () => {
    const pixtral = {
      model_type: 'llava',
      text_config: {
        model_type: 'mistral',
        hidden_size: 5120,
        head_dim: 128,
        num_hidden_layers: 40,
        num_attention_heads: 32,
        num_key_value_heads: 8,
        intermediate_size: 14336,
        vocab_size: 131072,
        sliding_window: null,
      },
      vision_config: {
        model_type: 'pixtral',
        head_dim: 64,
        hidden_size: 1024,
        image_size: 1024,
        patch_size: 16,
      },
    }
    expect(total(pixtral)).toBe(12_682_739_712)
  })

  it('are part of the linears that a report lists', () => {
    const { linears } = modelReport(
      architectureOf({ model_type: 'llava', text_config: tiny, vision_config: siglip }),
    )
    expect(linears.some(({ name }) => name.startsWith('model.vision_tower'))).toBe(true)
  })

  it('must be in the config', () => {
    expect(() => architectureOf({ model_type: 'llava', text_config: tiny })).toThrow(/vision_config/)
  })

  it('stand beside a language model that must be known', () => {
    const config = { model_type: 'llava', text_config: { model_type: 'mamba' }, vision_config: siglip }
    expect(() => architectureOf(config)).toThrow(/text_config.model_type "mamba"/)
    expect(() => architectureOf({ ...config, text_config: { model_type: 7 } })).toThrow(UserError)
  })

  it('of Llama 3.2 Vision feed layers that attend to image tokens', () => {
    const text = {
      model_type: 'mllama_text_model',
      hidden_size: 4096,
      vocab_size: 128256,
      num_hidden_layers: 40,
    }
    const { layers } = architectureOf({
      ...text,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      intermediate_size: 14336,
      cross_attention_layers: [3, 8],
    })
    expect(
      layers.map(({ indices, attention }) => [indices.length, attention.crossAttention ?? false]),
    ).toEqual([
      [38, false],
      [2, true],
    ])
  })
})

describe('Trainable tensors', () => {
  const llama = architectureOf(configOf('Llama-3-8B'))

  it('of an embedding adapter are an A of r x V and a B of h x r', () => {
    const tensors = trainableTensors(llama, { trains: 'adapters' }, null, {
      rank: 8,
      targets: ['embed_tokens'],
    })
    expect(tensors.map(({ shape }) => shape)).toEqual([
      [8, 128_256],
      [4096, 8],
    ])
  })

  it('of adapters need LoRA settings', () => {
    expect(() => trainableTensors(llama, { trains: 'adapters' }, null, null)).toThrow(UserError)
  })
})
