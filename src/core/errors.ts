/** Why a command ends without a result; decides the exit code in one place (src/cli/exit-code.ts). */
export type ErrorCode = 'usage' | 'invalid-spec' | 'not-found' | 'network'

/** A mistake of the user or a missing piece of data: one clear sentence and the way out. Anything else thrown is our bug. */
export class UserError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  constructor(code: ErrorCode, message: string, hint?: string) {
    super(message)
    this.name = 'UserError'
    this.code = code
    this.hint = hint
  }
}

/** A share or a probability of the spec lies between 0 and 1. */
export function checkShare(place: string, value: number): void {
  if (value >= 0 && value <= 1) return
  throw new UserError('invalid-spec', `${place}: ${value} is not between 0 and 1`)
}
