import type { AddCommand } from '../command.ts'
import { addOption, presetsOption } from '../options.ts'
import type { ImportOptions } from '../prices/import.ts'
import type { LockOptions } from '../prices/lock.ts'

const examples = `
Examples:
  ftplan prices import vms.csv --provider lambda --as-of 2026-11-20    a catalogue file of SkyPilot
  ftplan prices import latest.json                                     the gpu-rental-prices data set
  ftplan prices import my-contract.yaml --presets ./presets            a list of your own
  ftplan prices lock plan.yaml -o prices.lock.yaml                     prices of today for builds of tomorrow
  ftplan estimate plan.yaml --price-lock prices.lock.yaml
`

/** `ftplan prices import FILE` and `ftplan prices lock`. */
export const addPricesCommand: AddCommand = (command, host) => {
  command
    .description('Imports price lists of GPUs and locks the prices of a day.')
    .addHelpText('after', examples)
  const importing = command
    .command('import')
    .description('Imports a price list: SkyPilot, gpuhunt, gpu-rental-prices or YAML of your own.')
    .argument('<file>', 'CSV, JSON or YAML file, - for standard input')
    .option('--provider <name>', 'whose prices the file holds')
    .option('--as-of <date>', 'date of the prices, as in 2026-11-24')
    .option('--partial', 'import what is usable although some rows are not')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print nothing but the result')
    .option('--debug', 'show the stack of an error')
  addOption(importing, host, presetsOption())
  importing.action(async (file: string, options: ImportOptions) => {
    const { runImport } = await import('../prices/import.ts')
    await runImport(file, options, host)
  })
  const locking = command
    .command('lock')
    .description('Writes the prices of today, so that estimates give the same answer tomorrow.')
    .argument('[spec]', 'only the cards of this spec; without one, all')
    .option('-o, --output <file>', 'write to a file instead of standard output')
    .option('--debug', 'show the stack of an error')
  addOption(locking, host, presetsOption())
  locking.action(async (spec: string | undefined, options: LockOptions) => {
    const { runLock } = await import('../prices/lock.ts')
    await runLock(spec, options, host)
  })
}
