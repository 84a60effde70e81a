import type { Config } from '../config.ts'
import {
  encoderLayers,
  joined,
  patchConvolution,
  type Tower,
  towerLayerNorm,
  towerLinear,
  towerTensor,
} from './tower.ts'

const names = { norms: ['layer_norm1', 'layer_norm2'], output: 'out_proj', attentionBias: true } as const

function sizes(config: Config) {
  const patch = config.size('patch_size')
  return {
    width: config.size('hidden_size'),
    layers: config.size('num_hidden_layers'),
    intermediateSize: config.size('intermediate_size'),
    channels: config.count('num_channels', 3),
    patch,
    patches: Math.floor(config.size('image_size') / patch) ** 2,
  }
}

export const clipDefaults = {
  hidden_size: 768,
  intermediate_size: 3072,
  num_hidden_layers: 12,
  image_size: 224,
  patch_size: 32,
}

/** CLIP's vision tower: a class token beside the patches, norms before and after the encoder. */
export function clipTower(config: Config, root: string): Tower {
  const shape = sizes(config)
  const { width, patch } = shape
  const path = `${root}.vision_model`
  return joined(
    towerTensor(`${path}.embeddings.class_embedding`, [width]),
    patchConvolution(`${path}.embeddings.patch_embedding`, [width, shape.channels, patch, patch], false),
    towerTensor(`${path}.embeddings.position_embedding.weight`, [shape.patches + 1, width], {
      kind: 'embedding',
    }),
    towerLayerNorm(`${path}.pre_layrnorm`, width),
    encoderLayers(`${path}.encoder.layers.*`, shape, names),
    towerLayerNorm(`${path}.post_layernorm`, width),
  )
}

export const siglipDefaults = {
  hidden_size: 768,
  intermediate_size: 3072,
  num_hidden_layers: 12,
  image_size: 224,
  patch_size: 16,
}

/** SigLIP's vision tower, with its pooling head unless `vision_use_head` is false. */
export function siglipTower(config: Config, root: string): Tower {
  const shape = sizes(config)
  const { width, patch } = shape
  const path = `${root}.vision_model`
  const head = config.flag('vision_use_head', true)
    ? [poolingHead(`${path}.head`, width, shape.intermediateSize)]
    : []
  return joined(
    patchConvolution(`${path}.embeddings.patch_embedding`, [width, shape.channels, patch, patch], true),
    towerTensor(`${path}.embeddings.position_embedding.weight`, [shape.patches, width], {
      kind: 'embedding',
    }),
    encoderLayers(`${path}.encoder.layers.*`, shape, names),
    towerLayerNorm(`${path}.post_layernorm`, width),
    ...head,
  )
}

const poolingHead = (path: string, width: number, intermediateSize: number): Tower =>
  joined(
    towerTensor(`${path}.probe`, [1, 1, width]),
    towerTensor(`${path}.attention.in_proj_weight`, [3 * width, width], { kind: 'weight' }),
    towerTensor(`${path}.attention.in_proj_bias`, [3 * width], { kind: 'bias' }),
    towerLinear(`${path}.attention.out_proj`, width, width, true),
    towerLayerNorm(`${path}.layernorm`, width),
    towerLinear(`${path}.mlp.fc1`, width, intermediateSize, true),
    towerLinear(`${path}.mlp.fc2`, intermediateSize, width, true),
  )
