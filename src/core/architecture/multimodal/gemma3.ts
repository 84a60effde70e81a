import type { Family } from '../families/family.ts'
import { languageModel, withTower } from './language-model.ts'
import { joined, towerRmsNorm, towerTensor } from './tower.ts'
import { sharedTower } from './vision-towers.ts'

/** Gemma 3 with vision: SigLIP, average pooling, one norm and one projection. */
export const gemma3: Family = {
  defaults: {},
  build: (config) => {
    const text = languageModel(config, { usual: 'gemma3_text', root: 'model.language_model' })
    const { tower, width } = sharedTower(config, 'siglip_vision_model', 'model.vision_tower')
    const projector = 'model.multi_modal_projector'
    return withTower(
      config,
      text,
      joined(
        tower,
        towerTensor(`${projector}.mm_input_projection_weight`, [width, text.hiddenSize], { kind: 'weight' }),
        towerRmsNorm(`${projector}.mm_soft_emb_norm`, width),
      ),
    )
  },
}
