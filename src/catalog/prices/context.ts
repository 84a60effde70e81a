import type { PriceList } from '../../core/domain/offer.ts'
import type { GpuNames } from '../../core/domain/price-import.ts'
import { UserError } from '../../core/errors.ts'
import type { CardNamer } from './gpu-names.ts'

/** What the readers of price lists need to know beside the file. */
export interface PriceContext {
  readonly namer: CardNamer
  readonly names: GpuNames
  /** Price lists on file: an import keeps the name and kind of the provider. */
  readonly known: readonly Pick<PriceList, 'id' | 'name' | 'kind'>[]
  /** The provider of the whole file where the user says so. */
  readonly provider: string | null
  /** Date of the prices where the user says so. */
  readonly asOf: string | null
  /** Day of the import: no price is of a later one. */
  readonly today: string
  /** Name of the file, for sources. */
  readonly fileName: string
}

/** Our id of a provider that a list names. */
export const providerId = (name: string, { names }: PriceContext): string => {
  const id = name.trim().toLowerCase()
  return names.provider_aliases[id] ?? id
}

/** The provider of a file that does not name its own; `example` is the part of the hint behind "name the". */
export function statedProvider(context: PriceContext, example: string): string {
  if (context.provider !== null) return providerId(context.provider, context)
  throw new UserError(
    'usage',
    `${context.fileName} does not say whose prices it holds`,
    `name the ${example}`,
  )
}

export const kindOf = (provider: string, { known, names }: PriceContext): PriceList['kind'] =>
  known.find(({ id }) => id === provider)?.kind ?? names.provider_kinds[provider] ?? 'gpu-cloud'

/** Third-party copies of lists are good to medium; marketplaces move within hours. */
export const reliabilityOf = (provider: string, context: PriceContext): 'medium' | 'low' =>
  kindOf(provider, context) === 'marketplace' ? 'low' : 'medium'
