import type { Command } from 'commander'
import type { ExitCode } from './exit-code.ts'
import type { Host } from './host.ts'

/** Tells the run how it ended; a command that never calls it ends well. */
export type Finish = (code: ExitCode) => void

/** Puts one command on the program. */
export type AddCommand = (program: Command, host: Host, finish: Finish) => void
