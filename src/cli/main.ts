import { fileURLToPath } from 'node:url'
import { processHost } from './host.ts'
import { run } from './run.ts'

/** Runs the command line of a process and gives its exit code. */
export const main = (process: NodeJS.Process, presets: URL): Promise<number> =>
  run(processHost(process, fileURLToPath(presets)))
