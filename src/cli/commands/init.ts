import { Option } from 'commander'
import type { AddCommand } from '../command.ts'
import { addSpecOptions } from '../options.ts'

interface InitFlags {
  readonly output: string
  readonly force?: true
  readonly input: boolean
  readonly [flag: string]: unknown
}

/** `ftplan init`: a commented spec to start from. */
export const addInitCommand: AddCommand = (program, host) => {
  const command = program
    .command('init')
    .summary('write a commented ftplan.yaml')
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
