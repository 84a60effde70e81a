import { type ExitCode, exitCodes } from './exit-code.ts'
import type { Host } from './host.ts'
import { version } from './version.ts'

/** Runs one command line in a given world and gives the exit code; never ends the process. */
export async function run(host: Host): Promise<ExitCode> {
  const [word, ...others] = host.argv
  if (others.length === 0 && (word === '--version' || word === '-V')) {
    host.out.write(`${version}\n`)
    return exitCodes.ok
  }
  // Not even the parser of command lines is loaded for a version.
  const { runProgram } = await import('./run-program.ts')
  return runProgram(host)
}
