import type { Verdict } from '../core/domain/report.ts'
import type { ErrorCode } from '../core/errors.ts'

/** The contract with scripts: what the exit code of the program means. */
export const exitCodes = {
  ok: 0,
  bug: 1,
  usage: 2,
  noPlan: 3,
  notFound: 4,
  interrupted: 130,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Exit code of each kind of user error. */
export const exitCodeOfError: Record<ErrorCode, ExitCode> = {
  usage: exitCodes.usage,
  'invalid-spec': exitCodes.usage,
  'not-found': exitCodes.notFound,
  network: exitCodes.notFound,
}

/** 3 when no plan meets the constraints, else 0. */
export const exitCodeOfVerdict = (verdict: Verdict): ExitCode =>
  verdict === 'ok' ? exitCodes.ok : exitCodes.noPlan

const worstFirst: readonly ExitCode[] = [130, 1, 2, 4, 3, 0]

/** The worst of several: a stream of specs ends with one exit code. */
export const worstExitCode = (codes: Iterable<ExitCode>): ExitCode => {
  const seen = new Set(codes)
  return worstFirst.find((code) => seen.has(code)) ?? exitCodes.ok
}
