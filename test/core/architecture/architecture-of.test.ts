import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  adapters,
  architectureOf,
  knownModelTypes,
  parameterCounts,
  quantizableParameters,
} from '../../../src/core/architecture/index.ts'
import { UserError } from '../../../src/core/errors.ts'
import oracle from '../../oracle/params.json' with { type: 'json' }

const llama8b = {
  model_type: 'llama',
  vocab_size: 128256,
  hidden_size: 4096,
  intermediate_size: 14336,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
}

const configOf = (name: string): Record<string, unknown> => {
  const model = oracle.models.find((candidate) => candidate.name === name)
  if (model === undefined) throw new Error(`no ${name}`)
  return model.config
}

const errorOf = (config: unknown): UserError => {
  try {
    architectureOf(config)
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('no error')
}

describe('Llama 3.1 8B', () => {
  const architecture = architectureOf(llama8b)
  it('has 8,030,261,248 parameters', () => {
    expect(parameterCounts(architecture).total).toBe(8_030_261_248)
    expect(parameterCounts(architecture).active).toBe(8_030_261_248)
    expect(quantizableParameters(architecture)).toBe(6_979_321_856)
  })

  it('trains 13,631,488 parameters with rank 16 on q, k, v and o, 41,943,040 on all linears', () => {
    const attention = adapters(architecture, { rank: 16, targets: ['q_proj', 'k_proj', 'v_proj', 'o_proj'] })
    expect(attention.trainableParameters).toBe(13_631_488)
    expect(adapters(architecture, { rank: 16, targets: ['all-linear'] }).trainableParameters).toBe(41_943_040)
  })
})

describe('Parameters that one token passes', () => {
  // published round figures: DeepSeek V3 37B, Mixtral 8x22B 39B, Qwen3 30B-A3B 3.3B, gpt-oss 120B 5.1B without the head's 0.58B
  it.each([
    ['DeepSeek-V3', 37_552_282_624],
    ['Mixtral-8x22B-v0.1', 39_152_031_744],
    ['Qwen3-30B-A3B', 3_353_032_704],
    ['gpt-oss-120b', 5_711_982_912],
    ['Llama-4-Scout-text', 17_172_894_720],
    ['DBRX', 36_469_708_800],
  ])('%s passes %i', (name, active) => {
    expect(parameterCounts(architectureOf(configOf(name))).active).toBe(active)
  })

  it('are experts per token over experts of the expert weights, and everything else', () => {
    const { active, total, mlp } = parameterCounts(architectureOf(configOf('Mixtral-8x22B-v0.1')))
    expect(total - active).toBe((mlp * 6) / 8)
  })
})

describe('Layers', () => {
  const layersOf = (name: string) => architectureOf(configOf(name)).layers
  const windows = (name: string) =>
    layersOf(name).map(({ indices, attention }) => [
      indices.length,
      attention.slidingWindow,
      attention.positions,
    ])

  it.each([
    [
      'Gemma-3-1B',
      [
        [22, 512, 'rotary'],
        [4, null, 'rotary'],
      ],
    ],
    [
      'Gemma-2-2B',
      [
        [13, 4096, 'rotary'],
        [13, null, 'rotary'],
      ],
    ],
    [
      'Command-R7B',
      [
        [24, 4096, 'rotary'],
        [8, null, 'none'],
      ],
    ],
    [
      'SmolLM3-3B',
      [
        [27, null, 'rotary'],
        [9, null, 'none'],
      ],
    ],
    [
      'Llama-4-Scout-text',
      [
        [36, 8192, 'rotary'],
        [12, null, 'none'],
      ],
    ],
    [
      'gpt-oss-20b',
      [
        [12, 128, 'rotary'],
        [12, null, 'rotary'],
      ],
    ],
    [
      'EXAONE-4.0-32B',
      [
        [48, 4096, 'rotary'],
        [16, null, 'none'],
      ],
    ],
    ['EXAONE-4.0-1.2B', [[30, null, 'rotary']]],
    [
      'GPT-Neo-125M',
      [
        [6, null, 'learned'],
        [6, 256, 'learned'],
      ],
    ],
    ['Mistral-7B-v0.1', [[32, 4096, 'rotary']]],
    ['MPT-7B', [[32, null, 'alibi']]],
  ])('of %s have the windows and positions of the real model', (name, expected) => {
    expect(windows(name)).toEqual(expected)
  })

  it('follow the rule of the family where layer_types is absent', () => {
    for (const name of ['Gemma-3-1B', 'Gemma-2-2B', 'Command-R7B', 'gpt-oss-20b', 'EXAONE-4.0-32B']) {
      const { layer_types, ...config } = configOf(name)
      expect(layer_types).toBeDefined()
      expect(architectureOf(config).layers).toEqual(layersOf(name))
    }
  })

  it('cover every index once, in groups that are alike', () => {
    for (const { config } of oracle.models) {
      const { layers, layerCount } = architectureOf(config)
      const indices = layers.flatMap((layer) => layer.indices).sort((a, b) => a - b)
      expect(indices).toEqual(Array.from({ length: layerCount }, (_, index) => index))
    }
  })

  it('of DeepSeek V3 are three dense ones and 58 with experts', () => {
    const layers = layersOf('DeepSeek-V3')
    expect(layers.map(({ indices, feedForward }) => [indices.length, feedForward.kind])).toEqual([
      [3, 'dense'],
      [58, 'moe'],
    ])
    expect(layers[0]?.attention).toMatchObject({
      kind: 'latent',
      headDim: 192,
      valueHeadDim: 128,
      keyValueRank: 512,
      rotaryHeadDim: 64,
    })
  })

  it('of Qwen 3 MoE are dense where mlp_only_layers or decoder_sparse_step say so', () => {
    const config = { ...configOf('Qwen3-30B-A3B'), decoder_sparse_step: 2, mlp_only_layers: [1, 3] }
    const { layers } = architectureOf(config)
    expect(layers.find(({ feedForward }) => feedForward.kind === 'moe')?.indices.slice(0, 3)).toEqual([
      5, 7, 9,
    ])
    expect(layers.find(({ feedForward }) => feedForward.kind === 'dense')?.indices).toHaveLength(26)
  })

  it('of Llama 4 Maverick have experts in every second layer', () => {
    const { moe_layers, ...config } = configOf('Llama-4-Scout-text')
    expect(moe_layers).toBeDefined()
    const { layers } = architectureOf({ ...config, interleave_moe_layer_step: 2, num_local_experts: 128 })
    const moe = layers
      .filter(({ feedForward }) => feedForward.kind === 'moe')
      .flatMap(({ indices }) => indices)
    expect(moe).toHaveLength(24)
    expect(moe.every((index) => index % 2 === 1)).toBe(true)
  })
})

describe('Wiring and norms', () => {
  it.each([
    ['Llama-3-8B', 'sequential', 'rms', 2],
    ['Gemma-2B', 'sequential', 'rms-gemma', 2],
    ['Gemma-2-2B', 'sandwich', 'rms-gemma', 4],
    ['GLM-4-9B-0414', 'sandwich', 'rms', 4],
    ['OLMo-2-7B', 'post-norm', 'rms-wide', 2],
    ['EXAONE-4.0-32B', 'post-norm', 'rms', 2],
    ['OLMo-7B', 'sequential', 'layer-no-parameters', 2],
    ['Command-R7B', 'parallel', 'layer-manual', 1],
    ['Nemotron-Mini-4B', 'sequential', 'layer-plus-one', 2],
    ['GPT-J-6B', 'parallel', 'layer', 1],
    ['CodeGen-350M', 'parallel', 'layer', 1],
    ['Phi-2', 'parallel', 'layer', 1],
    ['Pythia-70M', 'parallel', 'layer', 2],
    ['Falcon-7B', 'parallel', 'layer', 1],
    ['Falcon-40B', 'parallel', 'layer', 2],
    ['OPT-125M', 'sequential', 'layer', 2],
    ['OPT-350M', 'post-residual', 'layer', 2],
    ['StableLM-2-1.6B', 'sequential', 'layer', 2],
  ])('of %s are %s, %s, %i a layer', (name, wiring, kind, count) => {
    const [layer] = architectureOf(configOf(name)).layers
    expect(layer?.wiring).toBe(wiring)
    expect(layer?.norms).toHaveLength(count)
    expect(layer?.norms.every((norm) => norm.kind === kind)).toBe(true)
  })

  it.each([
    ['Qwen3-4B', 'head', 128],
    ['Gemma-3-1B', 'head', 256],
    ['OLMo-2-7B', 'projection', 4096],
    ['Command-R-plus', 'head', 128],
    ['Llama-4-Scout-text', 'head', 128],
    ['Llama-3-8B', 'none', undefined],
  ])('of %s norm queries and keys by %s', (name, scope, width) => {
    const attention = architectureOf(configOf(name)).layers[0]?.attention
    expect(attention?.queryKeyNormScope).toBe(scope)
    expect(attention?.queryNorm?.width).toBe(width)
  })

  it('rotate the share of the head that the config says', () => {
    const fraction = (name: string) => architectureOf(configOf(name)).layers[0]?.attention.rotaryFraction
    expect(fraction('Phi-2')).toBe(0.4)
    expect(fraction('Pythia-70M')).toBe(0.25)
    expect(fraction('GPT-J-6B')).toBe(64 / 256)
    expect(fraction('Phi-4-mini')).toBe(0.75)
    expect(fraction('Nemotron-Mini-4B')).toBe(0.5)
    expect(fraction('GPT-2')).toBe(0)
  })

  it('know soft-capping, dropout and activations', () => {
    const gemma2 = architectureOf(configOf('Gemma-2-2B'))
    expect(gemma2.softcapLogits).toBe(true)
    expect(gemma2.layers[0]?.attention.softcap).toBe(true)
    expect(architectureOf(configOf('Gemma-3-1B')).softcapLogits).toBe(false)
    expect(architectureOf(configOf('GPT-2')).dropout).toEqual({
      embedding: 0.1,
      attention: 0.1,
      residual: 0.1,
    })
    const activation = (name: string) => architectureOf(configOf(name)).layers[0]?.feedForward.activation
    expect(activation('GPT-2')).toBe('gelu_new')
    expect(activation('Gemma-2B')).toBe('gelu_pytorch_tanh')
    expect(activation('Nemotron-Mini-4B')).toBe('relu2')
    expect(activation('Falcon-7B')).toBe('gelu')
  })
})

describe('Spellings of transformers 5', () => {
  it('rope_parameters carry the rotated share', () => {
    const { partial_rotary_factor, rope_theta, ...config } = configOf('Phi-2')
    const newer = { ...config, rope_parameters: { rope_theta, partial_rotary_factor, rope_type: 'default' } }
    expect(architectureOf(newer)).toEqual(architectureOf(configOf('Phi-2')))
  })

  it('num_local_experts stands for num_experts', () => {
    const { num_experts, ...config } = configOf('Qwen3-30B-A3B')
    expect(architectureOf({ ...config, num_local_experts: num_experts })).toEqual(
      architectureOf(configOf('Qwen3-30B-A3B')),
    )
  })
})

describe('Defaults of the config classes', () => {
  it('give Gemma heads of 256 and tied embeddings', () => {
    const { head_dim, tie_word_embeddings, ...config } = configOf('Gemma-7B')
    expect([head_dim, tie_word_embeddings]).toEqual([256, true])
    expect(architectureOf(config)).toEqual(architectureOf(configOf('Gemma-7B')))
  })

  it('leave a window to Mistral when the key is absent, none when it is null', () => {
    const { sliding_window, ...config } = configOf('Mistral-7B-v0.1')
    expect(sliding_window).toBe(4096)
    expect(architectureOf(config).layers[0]?.attention.slidingWindow).toBe(4096)
    expect(architectureOf({ ...config, sliding_window: null }).layers[0]?.attention.slidingWindow).toBeNull()
  })
})

describe('A wrong config', () => {
  it.each([
    [{ ...llama8b, hidden_size: -1 }, 'hidden_size'],
    [{ ...llama8b, hidden_size: 4096.5 }, 'hidden_size'],
    [{ ...llama8b, hidden_size: '4096' }, 'hidden_size'],
    [{ ...llama8b, hidden_size: undefined }, 'hidden_size'],
    [{ ...llama8b, vocab_size: 1e15 }, 'vocab_size'],
    [{ ...llama8b, num_attention_heads: 33 }, 'num_attention_heads'],
    [{ ...llama8b, num_key_value_heads: 5 }, 'num_key_value_heads'],
    [{ ...llama8b, num_hidden_layers: 0 }, 'num_hidden_layers'],
    [{ ...llama8b, num_hidden_layers: 1e7 }, 'num_hidden_layers'],
    [{ ...llama8b, mlp_bias: 'yes' }, 'mlp_bias'],
    [{ ...configOf('OPT-125M'), activation_function: 7 }, 'activation_function'],
    [{ ...configOf('OPT-125M'), dropout: 2 }, 'dropout'],
    [{ ...configOf('SmolLM3-3B'), no_rope_layers: 'all' }, 'no_rope_layers'],
    [{ ...configOf('GPT-2'), n_embd: 0 }, 'n_embd'],
    [{ ...configOf('Qwen3-30B-A3B'), num_experts_per_tok: 129 }, 'num_experts_per_tok'],
    [{ ...configOf('Gemma-3-1B'), layer_types: ['full_attention'] }, 'layer_types'],
    [
      { model_type: 'gemma3', text_config: { hidden_size: -2 }, vision_config: {} },
      'text_config.hidden_size',
    ],
  ])('is refused with the key in the sentence (%#: %2$s)', (config, key) => {
    const error = errorOf(config)
    expect(error.code).toBe('invalid-spec')
    expect(error.message).toContain(key)
  })

  it.each([[null], ['llama'], [[]], [{}], [{ model_type: 7 }]])('is refused when it is %j', (config) => {
    expect(errorOf(config).code).toBe('invalid-spec')
  })

  it('of an unknown family is named with the nearest known ones', () => {
    const error = errorOf({ model_type: 'qwen4' })
    expect(error.code).toBe('not-found')
    expect(error.message).toContain('qwen4')
    expect(error.hint).toContain('qwen3')
    expect(errorOf({ model_type: '__proto__' }).code).toBe('not-found')
    expect(errorOf({ model_type: 'constructor' }).code).toBe('not-found')
  })

  it('never becomes a number that is not finite or not positive', () => {
    const value = fc.oneof(
      fc.integer({ min: -2, max: 300 }),
      fc.double(),
      fc.constant(null),
      fc.string(),
      fc.boolean(),
    )
    fc.assert(
      fc.property(fc.constantFrom(...oracle.models), fc.nat(), value, ({ config }, at, replacement) => {
        const keys = Object.keys(config).filter((key) => key !== 'model_type')
        const broken = { ...config, [keys[at % keys.length]!]: replacement }
        try {
          const { total, active } = parameterCounts(architectureOf(broken))
          return Number.isFinite(total) && total > 0 && active > 0 && active <= total
        } catch (error) {
          return error instanceof UserError
        }
      }),
      { numRuns: 500 },
    )
  })
})

it('knows every family of the oracle and the multimodal ones', () => {
  for (const { config } of oracle.models) expect(knownModelTypes).toContain(config.model_type)
  for (const name of [
    'gemma3',
    'llama4',
    'mllama',
    'mistral3',
    'llava',
    'qwen2_5_vl',
    'kimi_k2',
    'qwen',
    'baichuan',
  ])
    expect(knownModelTypes).toContain(name)
})
