import { UserError } from '../../errors.ts'
import type { Config, Values } from '../config.ts'
import { clipDefaults, clipTower, siglipDefaults, siglipTower } from './clip-siglip.ts'
import { pixtralDefaults, pixtralTower } from './pixtral.ts'
import type { Tower } from './tower.ts'

/** Vision towers that several models share, by the `model_type` of their `vision_config`. */
const towers: Readonly<
  Record<string, { readonly defaults: Values; readonly build: (config: Config, root: string) => Tower }>
> = {
  clip_vision_model: { defaults: clipDefaults, build: clipTower },
  siglip_vision_model: { defaults: siglipDefaults, build: siglipTower },
  pixtral: { defaults: pixtralDefaults, build: pixtralTower },
}

/** The `vision_config` of a model, an error where there is none. */
export function visionConfig(config: Config, defaults: Values): Config {
  if (config.record('vision_config') === null) throw config.missing('vision_config')
  return config.nested('vision_config', defaults)
}

/** A shared tower and the width of its features; an unknown type is an error, never a guess. */
export function sharedTower(
  config: Config,
  usual: string,
  root: string,
): { readonly tower: Tower; readonly width: number } {
  const modelType = visionConfig(config, {}).text('model_type', usual)
  const known = Object.hasOwn(towers, modelType) ? towers[modelType] : undefined
  if (known === undefined)
    throw new UserError(
      'not-found',
      `vision_config.model_type "${modelType}" is not known`,
      `known vision towers are ${Object.keys(towers).join(', ')}; the text_config alone describes the language model`,
    )
  const vision = visionConfig(config, known.defaults)
  return { tower: known.build(vision, root), width: vision.size('hidden_size') }
}
