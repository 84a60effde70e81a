import type { Config } from '../config.ts'
import type { Family } from '../families/family.ts'
import { languageModel, withTower } from './language-model.ts'
import { joined, type Tower, towerLinear, towerRmsNorm, towerTensor } from './tower.ts'
import { sharedTower } from './vision-towers.ts'

const projector = 'model.multi_modal_projector'

/** Layers of the tower whose features are read side by side. */
const featureLayers = (config: Config): number => {
  const layers = config.raw('vision_feature_layer')
  return Array.isArray(layers) ? layers.length : 1
}

/** Two linears from the tower's features to the language model's width. */
const twoLinears = (inFeatures: number, outFeatures: number, bias: boolean): Tower =>
  joined(
    towerLinear(`${projector}.linear_1`, inFeatures, outFeatures, bias),
    towerLinear(`${projector}.linear_2`, outFeatures, outFeatures, bias),
  )

const llavaWith = (extra: (width: number) => Tower): Family => ({
  defaults: {},
  build: (config) => {
    const text = languageModel(config, { usual: 'llama', root: 'model.language_model' })
    const { tower, width } = sharedTower(config, 'clip_vision_model', 'model.vision_tower')
    const bias = config.flag('multimodal_projector_bias', true)
    const projection = twoLinears(width * featureLayers(config), text.hiddenSize, bias)
    return withTower(config, text, joined(tower, projection, extra(text.hiddenSize)))
  },
})

/** LLaVA 1.5, and Pixtral 12B in its transformers form. */
export const llava: Family = llavaWith(() => joined())

/** LLaVA 1.6: one learned vector more, for the end of an image row. */
export const llavaNext: Family = llavaWith((width) => towerTensor('model.image_newline', [width]))

/** Mistral Small 3.1 and later: Pixtral's tower, patches merged by a linear before the projector. */
export const mistral3: Family = {
  defaults: {},
  build: (config) => {
    const text = languageModel(config, { usual: 'mistral', root: 'model.language_model' })
    const { tower, width } = sharedTower(config, 'pixtral', 'model.vision_tower')
    const merged = width * config.count('spatial_merge_size', 2) ** 2
    const bias = config.flag('multimodal_projector_bias', false)
    return withTower(
      config,
      text,
      joined(
        tower,
        towerRmsNorm(`${projector}.norm`, width),
        towerLinear(`${projector}.patch_merger.merging_layer`, merged, width, false),
        twoLinears(width * featureLayers(config), text.hiddenSize, bias),
      ),
    )
  },
}
