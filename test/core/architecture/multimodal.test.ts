import { describe, expect, it } from 'vitest'
import {
  adapters,
  architectureOf,
  parameterCounts,
  quantizableParameters,
} from '../../../src/core/architecture/index.ts'

const clip336 = {
  model_type: 'clip_vision_model',
  hidden_size: 1024,
  image_size: 336,
  intermediate_size: 4096,
  num_attention_heads: 16,
  num_hidden_layers: 24,
  patch_size: 14,
}

const pixtral = {
  model_type: 'pixtral',
  head_dim: 64,
  hidden_size: 1024,
  image_size: 1540,
  intermediate_size: 4096,
  num_attention_heads: 16,
  num_channels: 3,
  num_hidden_layers: 24,
  patch_size: 14,
}

const qwen25Text = {
  vocab_size: 152064,
  hidden_size: 3584,
  intermediate_size: 18944,
  num_hidden_layers: 28,
  num_attention_heads: 28,
  num_key_value_heads: 4,
  hidden_act: 'silu',
  max_position_embeddings: 128000,
  sliding_window: 32768,
  use_sliding_window: false,
  tie_word_embeddings: false,
}

const qwen3Vision = {
  model_type: 'qwen3_vl',
  depth: 27,
  hidden_size: 1152,
  intermediate_size: 4304,
  out_hidden_size: 4096,
  num_position_embeddings: 2304,
  patch_size: 16,
  temporal_patch_size: 2,
  spatial_merge_size: 2,
  deepstack_visual_indexes: [8, 16, 24],
}

/** Configs as on the Hub, shortened to the keys that decide shapes; totals as the Hub counts the checkpoints. */
const published: readonly [name: string, total: number, config: object][] = [
  [
    'Gemma 3 4B',
    4_300_079_472,
    {
      model_type: 'gemma3',
      text_config: {
        model_type: 'gemma3_text',
        hidden_size: 2560,
        intermediate_size: 10240,
        num_hidden_layers: 34,
        sliding_window: 1024,
      },
      vision_config: {
        model_type: 'siglip_vision_model',
        hidden_size: 1152,
        image_size: 896,
        intermediate_size: 4304,
        num_attention_heads: 16,
        num_hidden_layers: 27,
        patch_size: 14,
        vision_use_head: false,
      },
    },
  ],
  [
    'LLaVA 1.5 7B',
    7_063_427_072,
    {
      model_type: 'llava',
      tie_word_embeddings: false,
      text_config: { model_type: 'llama', max_position_embeddings: 4096, vocab_size: 32064 },
      vision_config: clip336,
      vision_feature_layer: -2,
    },
  ],
  [
    'Mistral Small 3.1 24B',
    24_011_361_280,
    {
      model_type: 'mistral3',
      multimodal_projector_bias: false,
      spatial_merge_size: 2,
      vision_feature_layer: -1,
      text_config: {
        model_type: 'mistral',
        head_dim: 128,
        hidden_size: 5120,
        intermediate_size: 32768,
        num_attention_heads: 32,
        num_hidden_layers: 40,
        num_key_value_heads: 8,
        sliding_window: null,
        vocab_size: 131072,
      },
      vision_config: pixtral,
    },
  ],
  [
    'Llama 3.2 11B Vision',
    10_670_220_835,
    {
      model_type: 'mllama',
      text_config: {
        model_type: 'mllama_text_model',
        cross_attention_layers: [3, 8, 13, 18, 23, 28, 33, 38],
        hidden_size: 4096,
        intermediate_size: 14336,
        num_attention_heads: 32,
        num_hidden_layers: 40,
        num_key_value_heads: 8,
        vocab_size: 128256,
      },
      vision_config: {
        model_type: 'mllama_vision_model',
        hidden_size: 1280,
        image_size: 560,
        intermediate_size: 5120,
        max_num_tiles: 4,
        num_global_layers: 8,
        num_hidden_layers: 32,
        patch_size: 14,
        vision_output_dim: 7680,
      },
    },
  ],
  [
    'Qwen2.5-VL 7B',
    8_292_166_656,
    {
      model_type: 'qwen2_5_vl',
      ...qwen25Text,
      vision_config: {
        depth: 32,
        hidden_size: 1280,
        intermediate_size: 3420,
        out_hidden_size: 3584,
        patch_size: 14,
      },
    },
  ],
  [
    'Qwen2-VL 7B',
    8_291_375_616,
    {
      model_type: 'qwen2_vl',
      ...qwen25Text,
      vision_config: { depth: 32, embed_dim: 1280, mlp_ratio: 4, hidden_size: 3584, patch_size: 14 },
    },
  ],
  [
    'Qwen3-VL 8B',
    8_767_123_696,
    {
      model_type: 'qwen3_vl',
      tie_word_embeddings: false,
      text_config: {
        model_type: 'qwen3_vl_text',
        vocab_size: 151936,
        hidden_size: 4096,
        intermediate_size: 12288,
        num_hidden_layers: 36,
        num_attention_heads: 32,
        num_key_value_heads: 8,
        head_dim: 128,
      },
      vision_config: qwen3Vision,
    },
  ],
  [
    'Qwen3-VL 30B A3B',
    31_070_754_032,
    {
      model_type: 'qwen3_vl_moe',
      tie_word_embeddings: false,
      text_config: {
        model_type: 'qwen3_vl_moe_text',
        vocab_size: 151936,
        hidden_size: 2048,
        intermediate_size: 6144,
        moe_intermediate_size: 768,
        num_hidden_layers: 48,
        num_attention_heads: 32,
        num_key_value_heads: 4,
        head_dim: 128,
        num_experts: 128,
        num_experts_per_tok: 8,
      },
      vision_config: { ...qwen3Vision, out_hidden_size: 2048 },
    },
  ],
  [
    'Llama 4 Scout',
    108_641_793_536,
    {
      model_type: 'llama4',
      text_config: { model_type: 'llama4_text', num_local_experts: 16, interleave_moe_layer_step: 1 },
      vision_config: {
        model_type: 'llama4_vision_model',
        hidden_size: 1408,
        image_size: 336,
        intermediate_size: 5632,
        num_hidden_layers: 34,
        patch_size: 14,
        projector_input_dim: 4096,
        projector_output_dim: 4096,
        vision_output_dim: 4096,
      },
    },
  ],
]

describe('A model with a vision tower', () => {
  it.each(published)('%s has %i parameters', (_, total, config) => {
    const counts = parameterCounts(architectureOf(config))
    expect(counts.total).toBe(total)
    const { embedding, head, attention, mlp, router, norm, other } = counts
    expect(embedding + head + attention + mlp + router + norm + other).toBe(total)
  })

  it('counts the tower of Qwen2.5-VL 7B under other: 676,550,144 parameters', () => {
    const [, , config] = published[4]!
    expect(parameterCounts(architectureOf(config)).other).toBe(676_550_144)
  })

  it('quantises the linears of the tower but gives them no adapters', () => {
    const [, , config] = published[4]!
    const architecture = architectureOf(config)
    const text = architectureOf({ ...qwen25Text, model_type: 'qwen2' })
    expect(quantizableParameters(architecture)).toBeGreaterThan(quantizableParameters(text))
    const request = { rank: 8, targets: ['all-linear'] }
    expect(adapters(architecture, request).trainableParameters).toBe(
      adapters(text, request).trainableParameters,
    )
  })

  it('names modules as transformers does inside the multimodal model', () => {
    const [, , config] = published[0]!
    const architecture = architectureOf(config)
    expect(architecture.embeddingName).toBe('model.language_model.embed_tokens')
    expect(architecture.layers[0]!.attention.linears[0]!.name).toBe(
      'model.language_model.layers.*.self_attn.q_proj',
    )
    expect(architecture.modelType).toBe('gemma3')
  })

  it('refuses a tower that it does not know instead of guessing', () => {
    const config = {
      model_type: 'llava',
      text_config: { model_type: 'llama' },
      vision_config: { model_type: 'intern_vit', hidden_size: 1024 },
    }
    expect(() => architectureOf(config)).toThrow(/intern_vit/)
  })

  it('reads tied embeddings from the text config first, then from the top', () => {
    const [, , config] = published[6]!
    expect(architectureOf(config).tiedEmbeddings).toBe(false)
    expect(architectureOf({ ...config, tie_word_embeddings: true }).tiedEmbeddings).toBe(true)
  })
})
