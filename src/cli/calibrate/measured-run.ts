import type { MeasuredFigures } from '../../core/domain/run.ts'
import type { Spec } from '../../core/domain/spec.ts'
import type { UserError } from '../../core/errors.ts'

/** A run as it was read: what it measured, and its spec as soon as somebody asks for it. */
export interface MeasuredRun {
  readonly name: string
  /** Absolute path of the file; null for standard input. */
  readonly file: string | null
  /** File, line and column for errors. */
  readonly place: string
  readonly oom: boolean
  readonly spec: Spec
  readonly measured: MeasuredFigures
  /** What a reader should know about the figures; empty where nothing. */
  readonly remark: string
}

/** A run that cannot be used, and why. */
export interface RunProblem {
  readonly place: string
  readonly error: UserError
}
