import type * as z from 'zod'
import { Api } from '../core/domain/api.ts'
import { Article } from '../core/domain/article.ts'
import { Market } from '../core/domain/bill.ts'
import { DefaultValues } from '../core/domain/defaults.ts'
import { Gpu } from '../core/domain/gpu.ts'
import { HyperparameterRules } from '../core/domain/hyperparameters.ts'
import { Interconnects } from '../core/domain/interconnect.ts'
import { MemoryCalibration } from '../core/domain/memory-calibration.ts'
import { Method } from '../core/domain/method.ts'
import { ModelPreset } from '../core/domain/model.ts'
import { PriceList } from '../core/domain/offer.ts'
import { Optimizer } from '../core/domain/optimizer.ts'
import { GpuNames } from '../core/domain/price-import.ts'
import { KnownMisses, RunList } from '../core/domain/run.ts'
import { Scenario } from '../core/domain/scenario.ts'
import { Sources } from '../core/domain/source.ts'
import { Stack } from '../core/domain/stack.ts'
import { Evidence, RetentionRules, Task } from '../core/domain/task.ts'
import { TimeCalibration } from '../core/domain/time-calibration.ts'
import { OwnCalibration, OwnRunRules } from '../core/domain/user-calibration.ts'

/** Schemas of the folders of presets/: every file in a folder has one, and its name is its id. */
const folders: Readonly<Record<string, z.ZodType>> = {
  apis: Api,
  evidence: Evidence,
  gpus: Gpu,
  methods: Method,
  models: ModelPreset,
  optimizers: Optimizer,
  prices: PriceList,
  runs: RunList,
  scenarios: Scenario,
  stacks: Stack,
  tasks: Task,
}

/** Schemas of single files of presets/. */
const files: Readonly<Record<string, z.ZodType>> = {
  article: Article,
  'calibration/memory': MemoryCalibration,
  'calibration/own-runs': OwnRunRules,
  'calibration/time': TimeCalibration,
  'calibration-own': OwnCalibration,
  defaults: DefaultValues,
  'gpu-names': GpuNames,
  hyperparameters: HyperparameterRules,
  interconnects: Interconnects,
  'known-misses': KnownMisses,
  market: Market,
  retention: RetentionRules,
  sources: Sources,
}

/** Schema of a preset file by its path without the ending (`gpus/rtx4090`, `market`); null when it is plain data. */
export const schemaOf = (name: string): z.ZodType | null =>
  files[name] ?? folders[name.split('/')[0] ?? ''] ?? null

/** Whether the files of a folder have ids. */
export const isFolderKind = (name: string): boolean => folders[name] !== undefined
