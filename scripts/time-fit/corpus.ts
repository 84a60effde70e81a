import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { linkRatesOf } from '../../src/catalog/link-rates.ts'
import type { Measured } from '../../src/core/accuracy/observation.ts'
import { architectureOf } from '../../src/core/architecture/index.ts'
import type { Architecture } from '../../src/core/domain/architecture.ts'
import { Gpu } from '../../src/core/domain/gpu.ts'
import { Interconnects } from '../../src/core/domain/interconnect.ts'
import type { Library } from '../../src/core/domain/library.ts'
import { Method } from '../../src/core/domain/method.ts'
import { Optimizer } from '../../src/core/domain/optimizer.ts'
import type { Plan } from '../../src/core/domain/plan.ts'
import { RunList } from '../../src/core/domain/run.ts'
import { Spec } from '../../src/core/domain/spec.ts'
import { Stack } from '../../src/core/domain/stack.ts'
import { TimeCalibration } from '../../src/core/domain/time-calibration.ts'
import { microBatchesFor, parallelismsFor, pinPlan, sequencesPerRank } from '../../src/core/plan/pin.ts'
import { hardwareOf, placementsOf } from '../../src/core/plan/placements.ts'
import { recipesFor } from '../../src/core/plan/recipes.ts'
import { resolveSpec } from '../../src/core/plan/resolve.ts'

export const presetsFolder = 'presets'
const read = (path: string): unknown => parse(readFileSync(`${presetsFolder}/${path}`, 'utf8'))

/** One preset of a kind by its id, read once. */
function registry<T>(kind: string, parsed: (value: unknown) => T): (id: string) => T {
  const known = new Map<string, T>()
  return (id) => {
    const value = known.get(id) ?? parsed(read(`${kind}/${id}.yaml`))
    known.set(id, value)
    return value
  }
}

type Needed = 'model' | 'gpu' | 'optimizer' | 'method' | 'stack' | 'offers' | 'linkRates' | 'data'

/** The presets, as far as the fit needs them. Stacks are the same objects for every run, so that the fit can move their constants. */
export function fitLibrary(): Library {
  const rates = linkRatesOf(Interconnects.parse(read('interconnects.yaml')))
  const needed: Pick<Library, Needed> = {
    model: (reference) =>
      typeof reference === 'string'
        ? { id: reference, config: (read(`models/${reference}.yaml`) as { config: unknown }).config }
        : { id: null, config: reference.config },
    gpu: registry('gpus', (value) => Gpu.parse(value)),
    optimizer: registry('optimizers', (value) => Optimizer.parse(value)),
    method: registry('methods', (value) => Method.parse(value)),
    stack: registry('stacks', (value) => Stack.parse(value)),
    offers: () => [],
    linkRates: () => rates,
    data: (name) => read(`${name}.yaml`),
  }
  return needed as Library
}

export const readCalibration = (): TimeCalibration => TimeCalibration.parse(read('calibration/time.yaml'))

/** A published run: what was measured, or that it ran out of memory. */
export interface MeasuredRow {
  readonly id: string
  readonly group: string
  readonly source: string
  readonly spec: Spec
  readonly measured: Measured
  readonly oom: boolean
}

/** Runs of `presets/runs`, or of a JSON-lines file of the same rows. */
export function publishedRows(file: string | undefined): MeasuredRow[] {
  if (file !== undefined) {
    const rows = readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as MeasuredRow)
    return rows.map((row) => ({ ...row, oom: row.oom ?? false, spec: Spec.parse(row.spec) }))
  }
  const lists = readdirSync(`${presetsFolder}/runs`).map((name) => RunList.parse(read(`runs/${name}`)))
  return lists.flatMap(({ id, rows }) => rows.map((row) => ({ ...row, source: id })))
}

const isTimed = ({ measured }: MeasuredRow): boolean =>
  (measured.tokensPerSecondPerGpu ?? measured.stepSeconds ?? measured.microStepSeconds) !== undefined

/** Published runs with a measured speed. */
export const readRuns = (file: string | undefined): MeasuredRow[] => publishedRows(file).filter(isTimed)

const OWNED = [{ owned: true, provider: null, commitment: null, region: null, offer: null }] as const
const architectures = new Map<string, Architecture>()

function cachedArchitecture(config: unknown): Architecture {
  const key = JSON.stringify(config)
  const known = architectures.get(key) ?? architectureOf(config)
  architectures.set(key, known)
  return known
}

/** The one plan that a fully pinned spec allows. */
export function pinnedPlan(spec: Spec, library: Library): Plan {
  const resolved = resolveSpec(spec, {}, { ...library, defaults: () => noDefaults }, cachedArchitecture)
  const [placement] = placementsOf(resolved.hardware, library, () => OWNED)
  if (placement === undefined) throw new Error('no hardware')
  const [recipe] = recipesFor(resolved, placement.gpu, library)
  if (recipe === undefined) throw new Error('no recipe')
  const [parallelism] = parallelismsFor(resolved, recipe, placement)
  if (parallelism === undefined) throw new Error('no parallelism')
  const [microBatch] = microBatchesFor(resolved, sequencesPerRank(recipe, parallelism) ?? 0)
  if (microBatch === undefined) throw new Error('no micro-batch')
  return pinPlan(resolved, recipe, hardwareOf(placement, OWNED[0]), parallelism, microBatch)
}

const noDefaults = {
  examples: 1,
  meanTokens: 1,
  maxTokens: 1,
  epochs: 1,
  globalBatchSize: 1,
  rank: 16,
  stack: 'trl',
  optimizers: [],
  hardware: [],
}
