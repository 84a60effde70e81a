import { UserError } from '../../src/core/errors.ts'

/** The error that an act ends in. */
export const errorOf = (act: () => unknown): UserError => {
  try {
    act()
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
