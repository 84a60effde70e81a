import { CommanderError } from 'commander'
import { UserError } from '../core/errors.ts'
import { type ExitCode, exitCodeOfError, exitCodes } from './exit-code.ts'
import { type Host, Interrupted } from './host.ts'
import { printError } from './print-error.ts'
import { buildProgram } from './program.ts'

/** Runs one command line in a given world and gives the exit code; never ends the process. */
export async function runProgram(host: Host): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok
  try {
    const program = buildProgram(host, (found) => {
      code = found
    })
    await program.parseAsync([...host.argv], { from: 'user' })
    return code
  } catch (error) {
    return reported(error, host)
  }
}

function reported(error: unknown, host: Host): ExitCode {
  // Commander has printed its sentence already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  if (error instanceof Interrupted) return exitCodes.interrupted
  const debug = host.argv.includes('--debug')
  if (error instanceof UserError) {
    printError(host, error)
    if (debug) host.err.write(`${error.stack}\n`)
    return exitCodeOfError[error.code]
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  host.err.write(`${stack}\nThis is a bug in ftplan: please report it with the command line and the spec.\n`)
  return exitCodes.bug
}
