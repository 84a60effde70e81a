import { architectureOf, modelReport } from '../core/architecture/index.ts'
import type { ModelPreset } from '../core/domain/model.ts'
import type { PlanReport, Report } from '../core/domain/report.ts'
import type { Spec } from '../core/domain/spec.ts'
import { UserError } from '../core/errors.ts'
import { estimate } from '../core/estimate.ts'
import { cheapestOptions, largestOption, largestThatFits, type SearchRange } from '../core/plan/solve.ts'
import type { EstimateRequest } from '../core/request.ts'
import type { Presets } from './presets.ts'
import type { Solvable } from './solvable.ts'

/** The answer with its proof: the plan that passes, and what stops the next step. */
export interface Solution {
  readonly what: Solvable
  /** Null when nothing passes. */
  readonly answer: string | number | null
  readonly plan: PlanReport | null
  /** The next step, which does not pass; null when the end of the range passes. */
  readonly above: {
    readonly value: string | number
    readonly verdict: string
    readonly plan: PlanReport | null
  } | null
  /** Further answers, such as dearer GPUs. */
  readonly others: readonly { readonly value: string; readonly plan: PlanReport }[]
  readonly evaluations: number
}

type Training = NonNullable<Spec['training']>

/** How a number of the spec is searched. */
interface Knob {
  readonly range: (request: EstimateRequest) => SearchRange
  readonly pinned: (training: Training, value: number) => Training
}

const MOST_TOKENS = 1_048_576

const knobs: Record<'sequence-length' | 'micro-batch' | 'rank', Knob> = {
  'sequence-length': {
    range: (request) => ({ name: 'sequence-length', low: 128, high: contextOf(request), step: 128 }),
    pinned: (training, value) => ({ ...training, sequence_length: value }),
  },
  'micro-batch': {
    range: () => ({ name: 'micro-batch', low: 1, high: 1024, step: 1 }),
    // The global batch follows, so that every size divides it.
    pinned: (training, value) => ({ ...training, micro_batch_size: value }),
  },
  rank: {
    range: () => ({ name: 'rank', low: 1, high: 4096, step: 1 }),
    pinned: (training, value) => ({ ...training, lora: { ...training.lora, rank: value } }),
  },
}

/** The longest context that the model knows. */
function contextOf({ spec, library }: EstimateRequest): number {
  const { config } = library.model(spec.model ?? 'llama-3.1-8b')
  const limit =
    typeof config === 'object' && config !== null && 'max_position_embeddings' in config
      ? Number(config.max_position_embeddings)
      : MOST_TOKENS
  return Number.isFinite(limit) && limit >= 128 ? limit : MOST_TOKENS
}

const passes = (report: Report): boolean => report.verdict === 'ok'
const bestOf = (report: Report): PlanReport | null => report.plans[0] ?? null

/** Finds the largest value, the largest model or the cheapest card that meets every constraint of the spec. */
export function solve(what: Solvable, request: EstimateRequest, presets: Presets): Solution {
  const single = { ...request, top: 1, all: false }
  if (what === 'model') return solveModel(single, presets)
  if (what === 'gpu') return solveGpu(single, presets)
  const { range, pinned } = knobs[what]
  const evaluate = (value: number): Report =>
    estimate({ ...single, spec: withKnob(what, single.spec, pinned, value) })
  const { largest, above, evaluations } = largestThatFits(evaluate, passes, range(single))
  return {
    what,
    answer: largest?.value ?? null,
    plan: largest === null ? null : bestOf(largest.found),
    above:
      above === null ? null : { value: above.value, verdict: above.found.verdict, plan: bestOf(above.found) },
    others: [],
    evaluations,
  }
}

function withKnob(what: Solvable, spec: Spec, pinned: Knob['pinned'], value: number): Spec {
  const training = pinned(spec.training ?? {}, value)
  if (what !== 'micro-batch') return { ...spec, training }
  return { ...spec, training: { ...training, global_batch_size: batchFor(spec, value) } }
}

/** The multiple of a micro-batch and all GPUs that is nearest above the global batch of the spec. */
function batchFor({ training, hardware }: Spec, microBatch: number): number {
  const entries = hardware === undefined ? [] : Array.isArray(hardware) ? hardware : [hardware]
  const counts = entries.flatMap(({ count = 1, nodes = 1 }) =>
    [count].flat().flatMap((gpus) => [nodes].flat().map((node) => gpus * node)),
  )
  const unit = counts.reduce(leastCommonMultiple, microBatch * (counts.length === 0 ? 8 : 1))
  return Math.ceil((training?.global_batch_size ?? 1) / unit) * unit
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
const leastCommonMultiple = (a: number, b: number): number => (a * b) / divisor(a, b)

/** Models are tried from the largest down; one that is not supported for training passes nothing. */
function solveModel(request: EstimateRequest, { catalog }: Presets): Solution {
  const models = catalog.all('models') as readonly ModelPreset[]
  let evaluations = 0
  const evaluate = ({ id }: ModelPreset): Report | null => {
    evaluations++
    try {
      return estimate({ ...request, spec: { ...request.spec, model: id } })
    } catch (error) {
      if (error instanceof UserError) return null
      throw error
    }
  }
  const sizeOf = ({ config }: ModelPreset): number => modelReport(architectureOf(config)).parameters.total
  const { largest, above } = largestOption(
    models,
    sizeOf,
    evaluate,
    (report) => report !== null && passes(report),
  )
  return {
    what: 'model',
    answer: largest?.option.id ?? null,
    plan: largest?.found === undefined || largest.found === null ? null : bestOf(largest.found),
    above:
      above === null
        ? null
        : {
            value: above.option.id,
            verdict: above.found?.verdict ?? 'unsupported',
            plan: above.found === null ? null : bestOf(above.found),
          },
    others: [],
    evaluations,
  }
}

const USUAL_COUNTS = [1, 2, 4, 8]

/** Every card on file in the usual numbers, cheapest first. */
function solveGpu(request: EstimateRequest, { catalog }: Presets): Solution {
  const { spec } = request
  const stated = spec.hardware === undefined ? [] : [spec.hardware].flat()
  const count = stated[0]?.count ?? USUAL_COUNTS
  const hardware = catalog.ids('gpus').map((gpu) => ({ gpu, count }))
  const report = estimate({ ...request, top: null, spec: { ...spec, hardware, objective: 'cost' } })
  const best = new Map<string, PlanReport>()
  for (const plan of report.plans) {
    if (plan.feasible && plan.gpu !== null && !best.has(plan.gpu)) best.set(plan.gpu, plan)
  }
  const options = cheapestOptions(
    [...best.values()].map((plan) => ({ option: plan, usd: plan.cost.usd?.mid ?? null })),
  )
  const [first, ...others] = options.map(({ option }) => option)
  return {
    what: 'gpu',
    answer: first?.gpu ?? null,
    plan: first ?? null,
    above: null,
    others: others.map((plan) => ({ value: plan.gpu ?? '', plan })),
    evaluations: report.candidates,
  }
}
