import type { Config, Values } from '../config.ts'
import type { Family } from '../families/family.ts'
import { languageModel, withTower } from './language-model.ts'
import {
  joined,
  patchConvolution,
  type Tower,
  towerLayerNorm,
  towerLinear,
  towerRmsNorm,
  towerTensor,
} from './tower.ts'
import { visionConfig } from './vision-towers.ts'

const root = 'model.visual'
const block = `${root}.blocks.*`

/** Patches of all three generations: a convolution over two frames. */
const patches = (config: Config, width: number, bias: boolean): Tower => {
  const patch = config.size('patch_size')
  const channels = config.count('in_channels', config.count('in_chans', 3))
  return patchConvolution(
    `${root}.patch_embed.proj`,
    [width, channels, config.count('temporal_patch_size', 2), patch, patch],
    bias,
  )
}

const attention = (width: number, depth: number): Tower =>
  joined(
    towerLinear(`${block}.attn.qkv`, width, 3 * width, true, depth),
    towerLinear(`${block}.attn.proj`, width, width, true, depth),
  )

/** Merges a square of patches into one token of the language model. */
const merger = (names: readonly [string, string], merged: number, outWidth: number): Tower =>
  joined(towerLinear(names[0], merged, merged, true), towerLinear(names[1], merged, outWidth, true))

const mergedWidth = (config: Config, width: number): number =>
  width * config.count('spatial_merge_size', 2) ** 2

function qwen2Tower(config: Config): Tower {
  const width = config.size('embed_dim')
  const depth = config.size('depth')
  const intermediateSize = width * config.number('mlp_ratio', 4)
  return joined(
    patches(config, width, false),
    attention(width, depth),
    towerLinear(`${block}.mlp.fc1`, width, intermediateSize, true, depth),
    towerLinear(`${block}.mlp.fc2`, intermediateSize, width, true, depth),
    towerLayerNorm(`${block}.norm1`, width, depth),
    towerLayerNorm(`${block}.norm2`, width, depth),
    towerLayerNorm(`${root}.merger.ln_q`, width),
    merger(
      [`${root}.merger.mlp.0`, `${root}.merger.mlp.2`],
      mergedWidth(config, width),
      config.size('hidden_size'),
    ),
  )
}

function qwen25Tower(config: Config): Tower {
  const width = config.size('hidden_size')
  const depth = config.size('depth')
  const intermediateSize = config.size('intermediate_size')
  return joined(
    patches(config, width, false),
    attention(width, depth),
    towerLinear(`${block}.mlp.gate_proj`, width, intermediateSize, true, depth),
    towerLinear(`${block}.mlp.up_proj`, width, intermediateSize, true, depth),
    towerLinear(`${block}.mlp.down_proj`, intermediateSize, width, true, depth),
    towerRmsNorm(`${block}.norm1`, width, depth),
    towerRmsNorm(`${block}.norm2`, width, depth),
    towerRmsNorm(`${root}.merger.ln_q`, width),
    merger(
      [`${root}.merger.mlp.0`, `${root}.merger.mlp.2`],
      mergedWidth(config, width),
      config.size('out_hidden_size'),
    ),
  )
}

/** Qwen 3's tower: a table of positions, and a merger for each layer whose features enter the language model early. */
function qwen3Tower(config: Config): Tower {
  const width = config.size('hidden_size')
  const depth = config.size('depth')
  const intermediateSize = config.size('intermediate_size')
  const merged = mergedWidth(config, width)
  const outWidth = config.size('out_hidden_size')
  const early = config.list('deepstack_visual_indexes')?.length ?? 0
  const earlyMergers = Array.from({ length: early }, (_, index) => {
    const path = `${root}.deepstack_merger_list.${index}`
    return joined(
      towerLayerNorm(`${path}.norm`, merged),
      merger([`${path}.linear_fc1`, `${path}.linear_fc2`], merged, outWidth),
    )
  })
  return joined(
    patches(config, width, true),
    towerTensor(`${root}.pos_embed.weight`, [config.size('num_position_embeddings'), width], {
      kind: 'embedding',
    }),
    attention(width, depth),
    towerLinear(`${block}.mlp.linear_fc1`, width, intermediateSize, true, depth),
    towerLinear(`${block}.mlp.linear_fc2`, intermediateSize, width, true, depth),
    towerLayerNorm(`${block}.norm1`, width, depth),
    towerLayerNorm(`${block}.norm2`, width, depth),
    towerLayerNorm(`${root}.merger.norm`, width),
    merger([`${root}.merger.linear_fc1`, `${root}.merger.linear_fc2`], merged, outWidth),
    ...earlyMergers,
  )
}

const qwenVision = (usual: string, defaults: Values, tower: (config: Config) => Tower): Family => ({
  defaults: {},
  build: (config) => {
    const text = languageModel(config, { usual, root: 'model.language_model' })
    return withTower(config, text, tower(visionConfig(config, defaults)))
  },
})

export const qwen2Vl = qwenVision(
  'qwen2_vl_text',
  { depth: 32, embed_dim: 1280, hidden_size: 3584, patch_size: 14 },
  qwen2Tower,
)

export const qwen25Vl = qwenVision(
  'qwen2_5_vl_text',
  { depth: 32, hidden_size: 3584, intermediate_size: 3420, out_hidden_size: 3584, patch_size: 14 },
  qwen25Tower,
)

const qwen3Defaults = {
  depth: 27,
  hidden_size: 1152,
  intermediate_size: 4304,
  out_hidden_size: 3584,
  num_position_embeddings: 2304,
  patch_size: 16,
  deepstack_visual_indexes: [8, 16, 24],
}

export const qwen3Vl = qwenVision('qwen3_vl_text', qwen3Defaults, qwen3Tower)
export const qwen3VlMoe = qwenVision('qwen3_vl_moe_text', qwen3Defaults, qwen3Tower)
