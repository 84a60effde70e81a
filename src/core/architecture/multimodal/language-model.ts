import type { Architecture } from '../../domain/architecture.ts'
import { Config } from '../config.ts'
import { families } from '../families/index.ts'
import { unknownModelType } from '../unknown-model-type.ts'
import type { Tower } from './tower.ts'

export interface LanguagePlace {
  /** Family of a `text_config` that does not name one. */
  readonly usual: string
  readonly root: string
  readonly headName?: string
}

/**
 * The language model inside a multimodal one. Older configs of Qwen VL have its keys at the top level. Tying is said in
 * `text_config` or at the top.
 */
export function languageModel(
  config: Config,
  { usual, root, headName = 'lm_head' }: LanguagePlace,
): Architecture {
  const nested = config.record('text_config')
  const modelType = nested?.model_type ?? usual
  const family =
    typeof modelType === 'string' && Object.hasOwn(families, modelType) ? families[modelType] : undefined
  if (family === undefined)
    throw unknownModelType(String(modelType), Object.keys(families), 'text_config.model_type')
  const tied = nested?.tie_word_embeddings ?? config.values.tie_word_embeddings
  const values =
    nested === null ? config.values : tied === undefined ? nested : { ...nested, tie_word_embeddings: tied }
  const { defaults, aliases = {} } = family
  const place = nested === null ? '' : 'text_config'
  return family.build(new Config(values, { defaults, aliases, place, root, headName }))
}

/** A language model with its towers and what the outer config says. */
export const withTower = (config: Config, text: Architecture, tower: Tower): Architecture => ({
  ...text,
  modelType: config.text('model_type', ''),
  towerLinears: tower.linears,
  towerLoose: tower.loose,
})
