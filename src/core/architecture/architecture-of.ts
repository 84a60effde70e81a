import type { Architecture } from '../domain/architecture.ts'
import { UserError } from '../errors.ts'
import { isRecord } from '../is-record.ts'
import { Config } from './config.ts'
import { families } from './families/index.ts'
import { multimodalFamilies } from './multimodal/index.ts'
import { unknownModelType } from './unknown-model-type.ts'

const allFamilies = { ...families, ...multimodalFamilies }

/** Every `model_type` that is known. */
export const knownModelTypes: readonly string[] = Object.keys(allFamilies).sort()

/** The exact architecture of a model from its Hugging Face `config.json`, in the spelling of transformers 4 or 5. */
export function architectureOf(config: unknown): Architecture {
  if (!isRecord(config))
    throw new UserError('invalid-spec', 'the model config is no object', 'give the content of a config.json')
  const modelType = config.model_type
  if (typeof modelType !== 'string') throw new Config(config).missing('model_type')
  const family = Object.hasOwn(allFamilies, modelType) ? allFamilies[modelType] : undefined
  if (family === undefined) throw unknownModelType(modelType, knownModelTypes)
  return family.build(new Config(config, family))
}
