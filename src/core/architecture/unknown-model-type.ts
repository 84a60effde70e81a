import { UserError } from '../errors.ts'
import { nearestWords } from './nearest.ts'

/** A family that is not known, with the nearest ones that are. */
export const unknownModelType = (given: string, known: readonly string[], key = 'model_type'): UserError =>
  new UserError(
    'not-found',
    `${key} "${given.slice(0, 100)}" is not known`,
    `the nearest known ones are ${nearestWords(given, known).join(', ')}`,
  )
