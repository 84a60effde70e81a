import type { Api, ApiAlgorithm, ApiRow } from '../domain/api.ts'

/** The model as a fine-tuning service sees it. */
export interface ApiModel {
  readonly id: string | null
  readonly totalParameters: number
  readonly isMixtureOfExperts: boolean
}

const BILLION = 1e9

/** How closely a row speaks of a model: 0 not at all, then any model, size, family, this very model. */
function matchOf(row: ApiRow, model: ApiModel): 0 | 1 | 2 | 3 | 4 {
  const { models } = row
  if (models === 'any') return 1
  const { id } = model
  if ('ids' in models) return id !== null && models.ids.some((one) => isSameModel(id, one)) ? 4 : 0
  if ('families' in models) {
    const inFamily = id !== null && models.families.some((family) => id.startsWith(family))
    return inFamily && model.isMixtureOfExperts ? 3 : 0
  }
  const billions = model.totalParameters / BILLION
  return billions > (models.over ?? 0) && billions <= roundedUp(models.up_to) ? 2 : 0
}

/** A class "up to 16B" means models that are called 16B: names are rounded, parameter counts are not. */
const roundedUp = (billions: number | undefined): number =>
  billions === undefined ? Infinity : billions + 0.5

/** `llama-3.1-8b-instruct` is tuned for the price of `llama-3.1-8b`. */
const isSameModel = (id: string, priced: string): boolean => id === priced || id === `${priced}-instruct`

export interface RowQuery {
  readonly model: ApiModel
  readonly algorithm: ApiAlgorithm
  /** What may train under the methods that the spec allows. */
  readonly trains: readonly ('adapters' | 'all')[]
  readonly includeUnverified: boolean
}

/** Prices from memory need the user's word; worked examples are no prices at all. */
const mayBeUsed = ({ status }: ApiRow, includeUnverified: boolean): boolean =>
  status === 'verified' || status === 'secondary' || (includeUnverified && status === 'unverified')

/** The training rows that price a plan: for each form of training the closest match. */
export function trainingRows(api: Api, query: RowQuery): ApiRow[] {
  const chosen = new Map<ApiRow['trains'], ApiRow>()
  for (const row of api.rows) {
    if (row.kind !== 'training' || !row.algorithms.includes(query.algorithm)) continue
    if (row.trains !== null && !query.trains.includes(row.trains)) continue
    if (!mayBeUsed(row, query.includeUnverified)) continue
    const match = matchOf(row, query.model)
    const rival = chosen.get(row.trains)
    if (match > (rival === undefined ? 0 : matchOf(rival, query.model))) chosen.set(row.trains, row)
  }
  return [...chosen.values()]
}

/** The first usable row of a kind (hosting, storage) for the model. */
export const sideRow = (api: Api, kind: ApiRow['kind'], query: RowQuery): ApiRow | undefined =>
  api.rows.find(
    (row) => row.kind === kind && mayBeUsed(row, query.includeUnverified) && matchOf(row, query.model) > 0,
  )
