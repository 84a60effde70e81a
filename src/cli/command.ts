import type { Command } from 'commander'
import type { ExitCode } from './exit-code.ts'
import type { Host } from './host.ts'

/** Tells the run how it ended; a command that never calls it ends well. */
export type Finish = (code: ExitCode) => void

/** Gives a command its description, arguments and flags, and what it does. */
export type AddCommand = (command: Command, host: Host, finish: Finish) => void
