import type { Config } from '../config.ts'
import type { Family } from '../families/family.ts'
import { languageModel, withTower } from './language-model.ts'
import {
  encoderLayers,
  joined,
  patchConvolution,
  type Tower,
  towerLayerNorm,
  towerLinear,
  towerTensor,
} from './tower.ts'
import { visionConfig } from './vision-towers.ts'

const layerNorms = ['input_layernorm', 'post_attention_layernorm'] as const

/** A gate and a table with a row for each way to tile an image. */
const tilePositions = (path: string, rows: number, width: number): Tower =>
  joined(
    towerTensor(`${path}.gate`, [1]),
    towerTensor(`${path}.embedding.weight`, [rows, width], { kind: 'embedding' }),
  )

function mllamaTower(config: Config): Tower {
  const path = 'model.vision_model'
  const width = config.size('hidden_size')
  const patch = config.size('patch_size')
  const patches = Math.floor(config.size('image_size') / patch) ** 2 + 1
  const tiles = config.size('max_num_tiles')
  const ratios = (config.list('supported_aspect_ratios')?.length ?? 8) + 1
  const names = { norms: layerNorms, output: 'o_proj', attentionBias: false }
  const shape = { width, intermediateSize: config.size('intermediate_size') }
  const local = config.size('num_hidden_layers')
  const global = config.size('num_global_layers')
  return joined(
    towerTensor(`${path}.class_embedding`, [width]),
    patchConvolution(
      `${path}.patch_embedding`,
      [width, config.count('num_channels', 3), patch, patch],
      false,
    ),
    towerTensor(`${path}.gated_positional_embedding.gate`, [1]),
    towerTensor(`${path}.gated_positional_embedding.embedding`, [patches, width]),
    towerTensor(
      `${path}.gated_positional_embedding.tile_embedding.weight`,
      [ratios, tiles * patches * width],
      {
        kind: 'embedding',
      },
    ),
    tilePositions(`${path}.pre_tile_positional_embedding`, ratios, tiles * width),
    tilePositions(`${path}.post_tile_positional_embedding`, ratios, tiles * width),
    towerLayerNorm(`${path}.layernorm_pre`, width),
    towerLayerNorm(`${path}.layernorm_post`, width),
    encoderLayers(`${path}.transformer.layers.*`, { ...shape, layers: local }, names),
    encoderLayers(`${path}.global_transformer.layers.*`, { ...shape, layers: global }, names),
    towerTensor(`${path}.global_transformer.layers.*.gate_attn`, [1], { count: global }),
    towerTensor(`${path}.global_transformer.layers.*.gate_ffn`, [1], { count: global }),
  )
}

/** Llama 3.2 Vision: a tower of two encoders; its language model has layers that attend to image tokens. */
export const mllama: Family = {
  defaults: {},
  build: (config) => {
    const text = languageModel(config, { usual: 'mllama_text_model', root: 'model.language_model' })
    const vision = visionConfig(config, {
      hidden_size: 1280,
      intermediate_size: 5120,
      num_hidden_layers: 32,
      num_global_layers: 8,
      image_size: 448,
      patch_size: 14,
      max_num_tiles: 4,
      vision_output_dim: 7680,
    })
    const projector = towerLinear(
      'model.multi_modal_projector',
      vision.size('vision_output_dim'),
      text.hiddenSize,
      true,
    )
    return withTower(config, text, joined(mllamaTower(vision), projector))
  },
}

function llama4Tower(config: Config): Tower {
  const path = 'vision_model'
  const width = config.size('hidden_size')
  const patch = config.size('patch_size')
  const positions = Math.floor(config.size('image_size') / patch) ** 2 + 1
  const intermediateSize = config.size('intermediate_size')
  const adapted = config.size('projector_output_dim')
  return joined(
    towerTensor(`${path}.class_embedding`, [width]),
    towerTensor(`${path}.positional_embedding_vlm`, [positions, width]),
    towerLinear(`${path}.patch_embedding.linear`, config.count('num_channels', 3) * patch ** 2, width, false),
    towerLayerNorm(`${path}.layernorm_pre`, width),
    towerLayerNorm(`${path}.layernorm_post`, width),
    encoderLayers(
      `${path}.model.layers.*`,
      { layers: config.size('num_hidden_layers'), width, intermediateSize },
      { norms: layerNorms, output: 'o_proj', attentionBias: true },
    ),
    towerLinear(
      `${path}.vision_adapter.mlp.fc1`,
      intermediateSize,
      config.size('projector_input_dim'),
      false,
    ),
    towerLinear(`${path}.vision_adapter.mlp.fc2`, adapted, adapted, false),
  )
}

export const llama4: Family = {
  defaults: {},
  build: (config) => {
    const text = languageModel(config, {
      usual: 'llama4_text',
      root: 'language_model.model',
      headName: 'language_model.lm_head',
    })
    const vision = visionConfig(config, {
      hidden_size: 768,
      intermediate_size: 5632,
      num_hidden_layers: 34,
      image_size: 448,
      patch_size: 14,
      vision_output_dim: 7680,
      projector_input_dim: 4096,
      projector_output_dim: 4096,
    })
    const projector = towerLinear(
      'multi_modal_projector.linear_1',
      vision.size('vision_output_dim'),
      text.hiddenSize,
      false,
    )
    return withTower(config, text, joined(llama4Tower(vision), projector))
  },
}
