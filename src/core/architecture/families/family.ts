import type { Architecture } from '../../domain/architecture.ts'
import type { Aliases, Config, Values } from '../config.ts'

/** How a `model_type` turns its config into modules. */
export interface Family {
  /** Defaults of transformers' config class, for keys that a config leaves out. */
  readonly defaults: Values
  readonly aliases?: Aliases
  readonly build: (config: Config) => Architecture
}
