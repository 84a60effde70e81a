import type { Architecture } from '../../domain/architecture.ts'
import type { Aliases, Config, Values } from '../config.ts'

/** How a `model_type` turns its config into modules. */
export interface Family {
  /** Defaults of transformers' config class, for keys that a config leaves out. */
  readonly defaults: Values
  readonly aliases?: Aliases
  readonly build: (config: Config) => Architecture
}

/** Spellings of the expert counts: the families differ, and newer configs write one for another. */
export const expertAliases: Aliases = {
  num_experts: ['num_experts', 'num_local_experts'],
  num_local_experts: ['num_local_experts', 'num_experts'],
  n_routed_experts: ['n_routed_experts', 'num_experts', 'num_local_experts'],
  num_experts_per_tok: ['num_experts_per_tok', 'experts_per_token'],
}
