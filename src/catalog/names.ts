import { UserError } from '../core/errors.ts'
import { suggest } from './suggest.ts'

/** What errors call a thing of each kind. */
const kindWords: Readonly<Record<string, string>> = {
  models: 'model',
  gpus: 'GPU',
  optimizers: 'optimizer',
  methods: 'method',
  stacks: 'stack',
  scenarios: 'scenario',
  tasks: 'task',
  prices: 'provider',
  apis: 'fine-tuning service',
  runs: 'source of measured runs',
  evidence: 'study',
}

/** Kinds that `ftplan list` shows. */
const listed: readonly string[] = ['models', 'gpus', 'prices', 'optimizers', 'methods', 'stacks', 'scenarios']

/**
 * A name without what people write differently: case, and for cards also spaces, dashes and the maker, so that `RTX 4090` and
 * `A100-SXM-80GB` are found.
 */
export function plainName(kind: string, name: string): string {
  const lower = name.trim().toLowerCase()
  return kind === 'gpus'
    ? lower.replaceAll(/^((nvidia|amd|intel|geforce|tesla|instinct)\s+)+|[\s_-]+/g, '')
    : lower
}

/** Every plain name that a preset goes by beside its id. */
export function namesOf(kind: string, value: unknown): string[] {
  const { name, aliases, hub } = value as {
    name?: string
    aliases?: readonly string[]
    hub?: readonly string[]
  }
  const repositories = hub ?? []
  const written = [
    ...(kind === 'gpus' && name !== undefined ? [name] : []),
    ...(aliases ?? []),
    ...repositories,
    ...repositories.map((one) => one.split('/')[1] ?? one),
  ]
  return [...new Set(written.map((one) => plainName(kind, one)))]
}

/** The error of an unknown name, with the nearest ones. */
export function unknownName(kind: string, name: string, known: readonly string[]): UserError {
  const word = kindWords[kind] ?? kind
  const near = suggest(name.split('/').at(-1) ?? name, known)
  const list = listed.includes(kind) ? `ftplan list ${kind}` : ''
  const hints = [
    ...(near.length > 0 ? [`did you mean ${near.join(' or ')}?`] : []),
    ...(list !== '' ? [`${list} shows all`] : [`there are ${known.join(', ')}`]),
  ]
  return new UserError('not-found', `unknown ${word} ${shown(name)}`, hints.join(' '))
}

/** The error of a name that several presets go by. */
export function ambiguousName(kind: string, name: string, ids: readonly string[]): UserError {
  const word = kindWords[kind] ?? kind
  return new UserError(
    'not-found',
    `${shown(name)} may be more than one ${word}`,
    `name one of ${ids.join(', ')}`,
  )
}

const shown = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 77)}...` : name)
