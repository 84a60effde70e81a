import { Option } from 'commander'
import type { AddCommand } from '../command.ts'
import type { InitFlags } from '../init/init.ts'
import { addSpecOptions } from '../options.ts'

/** `ftplan init`: a commented spec to start from. */
export const addInitCommand: AddCommand = (command, host) => {
  command
    .description('Writes a commented ftplan.yaml; asks on a terminal, takes flags elsewhere.')
    .addOption(
      new Option('-o, --output <file>', 'file to write, - for standard output').default('ftplan.yaml'),
    )
    .option('--force', 'replace a file that is there')
    .option('--no-input', 'never ask')
  addSpecOptions(command)
  command.action(async (flags: InitFlags) => {
    const { initSpec } = await import('../init/init.ts')
    await initSpec(flags, host)
  })
}
