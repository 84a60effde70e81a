import { architectureOf, modelReport } from '../../core/architecture/index.ts'
import type { ModelPreset } from '../../core/domain/model.ts'
import type { Report } from '../../core/domain/report.ts'
import { UserError } from '../../core/errors.ts'
import { estimate } from '../../core/estimate.ts'
import { largestOption } from '../../core/plan/solve.ts'
import type { EstimateRequest } from '../../core/request.ts'
import type { Presets } from '../presets.ts'
import { bestOf, passes, type Solution } from './solution.ts'

/** Letters that an id begins with: `llama` of `llama-3.1-8b`. */
const familyOf = (id: string): string => /^[a-z]+/.exec(id)?.[0] ?? id

/**
 * The largest model that some plan trains within every constraint. Models are tried from the largest down; one that is not supported for
 * training passes nothing.
 */
export function solveModel(
  request: EstimateRequest,
  { catalog }: Presets,
  among: readonly string[],
): Solution {
  const all = catalog.all('models') as readonly ModelPreset[]
  const models = chosenModels(all, among, request, (id) => catalog.model(id).id)
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
  const wanted = typeof request.spec.model === 'string' ? request.spec.model.toLowerCase() : ''
  const nearestFirst = models.toSorted((a, b) => sharedLength(b.id, wanted) - sharedLength(a.id, wanted))
  const sizeOf = ({ config }: ModelPreset): number => modelReport(architectureOf(config)).parameters.total
  const isPassed = (report: Report | null): boolean => report !== null && passes(report)
  const { largest, above } = largestOption(nearestFirst, sizeOf, evaluate, isPassed)
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
    figures: { parameters: largest === null ? null : sizeOf(largest.option), models: models.length },
    remarks: [`looked among ${namesOf(models)}`],
    evaluations,
  }
}

/** Letters that two ids have in common from the start: of models of one size the nearest relative is named. */
function sharedLength(a: string, b: string): number {
  const end = [...a].findIndex((letter, index) => letter !== b[index])
  return end < 0 ? a.length : end
}

/** The models that the flag names, else those of the family of the spec's model, else all. */
function chosenModels(
  all: readonly ModelPreset[],
  among: readonly string[],
  { spec }: EstimateRequest,
  idOf: (reference: string) => string | null,
): readonly ModelPreset[] {
  const words = among.flatMap((text) => text.split(',')).map((word) => word.trim().toLowerCase())
  if (words.includes('all')) return all
  if (words.length === 0) {
    if (typeof spec.model !== 'string') return all
    const family = familyOf(idOf(spec.model) ?? '')
    const kin = all.filter(({ id }) => familyOf(id) === family)
    return kin.length > 0 ? kin : all
  }
  return words.flatMap((word) => {
    const family = all.filter(({ id }) => familyOf(id) === word)
    if (family.length > 0) return family
    const id = idOf(word)
    return all.filter((model) => model.id === id)
  })
}

const MOST_NAMED = 6

const namesOf = (models: readonly ModelPreset[]): string =>
  models.length <= MOST_NAMED ? models.map(({ id }) => id).join(', ') : `${models.length} models`
