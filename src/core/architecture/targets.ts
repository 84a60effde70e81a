import type { Architecture, Linear } from '../domain/architecture.ts'
import { UserError } from '../errors.ts'
import { nearestWords } from './nearest.ts'

/** peft's rule: the whole module name, or its end behind a dot. */
const isNamed = (name: string, target: string): boolean => name === target || name.endsWith(`.${target}`)

/** Last word of a module path: what people write as a target. */
const shortName = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

/** What a target means: linears of the layers, the head, the token embedding. */
interface TargetMatcher {
  readonly linear: (linear: Linear) => boolean
  readonly head: boolean
  readonly embedding: boolean
}

const closedWord = (target: string): TargetMatcher | null => {
  switch (target) {
    case 'all-linear':
      return { linear: () => true, head: false, embedding: false }
    case 'attention':
    case 'mlp':
      return { linear: ({ group }) => group === target, head: false, embedding: false }
    case 'embeddings':
      return { linear: () => false, head: false, embedding: true }
    default:
      return null
  }
}

/** Reads a target as peft does: a closed word, or the end of a module name. */
export const targetMatcher = (architecture: Architecture, target: string): TargetMatcher =>
  closedWord(target) ?? {
    linear: ({ name }) => isNamed(name, target),
    head: isNamed(architecture.head.name, target),
    embedding: isNamed(architecture.embeddingName, target),
  }

/** A target that no module has, with the names that exist. */
export function noSuchModule(
  key: string,
  target: string,
  modelType: string,
  names: readonly string[],
): UserError {
  const known = [...new Set(names.map(shortName))]
  const shown = known.length > 16 ? nearestWords(target, known, 16) : known
  return new UserError(
    'invalid-spec',
    `${key} has "${target}", but no module of this ${modelType} model is named so`,
    `its modules are ${shown.join(', ')}`,
  )
}
