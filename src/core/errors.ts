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
