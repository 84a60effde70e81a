import type { PlanReport, Report } from '../../core/domain/report.ts'
import type { Spec } from '../../core/domain/spec.ts'
import { UserError } from '../../core/errors.ts'
import { estimate } from '../../core/estimate.ts'
import { largestThatFits, type SearchRange, type Tried } from '../../core/plan/solve.ts'
import type { EstimateRequest } from '../../core/request.ts'
import type { Solution } from './solution.ts'

type Training = NonNullable<Spec['training']>
export type SolvableKnob = 'sequence-length' | 'micro-batch' | 'rank'

/** How a number of the spec is searched. */
interface Knob {
  readonly range: (request: EstimateRequest) => SearchRange
  readonly pinned: (training: Training, value: number) => Training
  /** Constraints that a larger value only helps: missing one is no reason to stop the search. */
  readonly helps: string | null
}

const MOST_TOKENS = 1_048_576

const knobs: Record<SolvableKnob, Knob> = {
  'sequence-length': {
    range: (request) => ({ name: 'sequence-length', low: 128, high: contextOf(request), step: 128 }),
    pinned: (training, value) => ({ ...training, sequence_length: value }),
    helps: null,
  },
  'micro-batch': {
    range: () => ({ name: 'micro-batch', low: 1, high: 1024, step: 1 }),
    // The global batch follows, so that every size divides it.
    pinned: (training, value) => ({ ...training, micro_batch_size: value }),
    helps: null,
  },
  rank: {
    range: () => ({ name: 'rank', low: 1, high: 4096, step: 1 }),
    pinned: (training, value) => ({ ...training, lora: { ...training.lora, rank: value } }),
    helps: 'quality.',
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

/** The largest value of a training knob that meets every constraint. */
export function solveKnob(what: SolvableKnob, request: EstimateRequest): Solution {
  const knob = knobs[what]
  const { spec } = what === 'rank' ? withAdaptersOnly(request) : request
  const evaluate = (value: number): Report =>
    estimate({ ...request, top: null, spec: withKnob(what, spec, knob.pinned, value) })
  const holds = (plan: PlanReport): boolean =>
    plan.constraints.every(
      ({ name, ok, level }) =>
        ok || level !== 'error' || (knob.helps !== null && name.startsWith(knob.helps)),
    )
  const search = largestThatFits(evaluate, (report) => cardPlans(report).some(holds), knob.range(request))
  const found = search.largest === null ? null : cardPlans(search.largest.found)
  // What a larger value helps is asked of the largest that the other constraints allow.
  const isEnough = found?.some(({ feasible }) => feasible) ?? false
  const next = isEnough ? search.above : (search.largest ?? search.above)
  return {
    what,
    answer: isEnough ? (search.largest?.value ?? null) : null,
    plan: isEnough ? (found?.[0] ?? null) : null,
    above: next === null ? null : aboveOf(next),
    others: [],
    figures: {},
    remarks: what === 'micro-batch' ? ['the global batch is rounded up to what the micro-batch divides'] : [],
    evaluations: search.evaluations,
  }
}

function aboveOf({ value, found }: Tried<Report>): Solution['above'] {
  const plan = cardPlans(found)[0] ?? null
  return { value, verdict: plan?.verdict ?? found.verdict, plan }
}

/** Plans that the question is about: a service has no cards to fill. */
const cardPlans = ({ plans }: Report): readonly PlanReport[] => plans.filter(({ kind }) => kind === 'gpu')

/** Only adapters have a rank. */
function withAdaptersOnly({ spec, library }: EstimateRequest): Pick<EstimateRequest, 'spec'> {
  const method = [spec.training?.method ?? (['lora', 'qlora'] as const)]
    .flat()
    .filter((id) => library.method(id).trains === 'adapters')
  if (method.length > 0) return { spec: { ...spec, training: { ...spec.training, method } } }
  throw new UserError(
    'invalid-spec',
    'training.method of the spec trains no adapters: there is no rank to solve for',
    'add lora or qlora',
  )
}

function withKnob(what: SolvableKnob, spec: Spec, pinned: Knob['pinned'], value: number): Spec {
  const training = pinned(spec.training ?? {}, value)
  if (what !== 'micro-batch') return { ...spec, training }
  return { ...spec, training: { ...training, global_batch_size: batchFor(spec, value) } }
}

/** The multiple of a micro-batch and all GPUs that is nearest above the global batch of the spec. */
function batchFor({ training, hardware }: Spec, microBatch: number): number {
  const entries = hardware === undefined ? [] : [hardware].flat()
  const counts = entries.flatMap(({ count = 1, nodes = 1 }) =>
    [count].flat().flatMap((gpus) => [nodes].flat().map((node) => gpus * node)),
  )
  const unit = counts.reduce(leastCommonMultiple, microBatch * (counts.length === 0 ? 8 : 1))
  return Math.ceil((training?.global_batch_size ?? 1) / unit) * unit
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
const leastCommonMultiple = (a: number, b: number): number => (a * b) / divisor(a, b)
