import { Argument, Option } from 'commander'
import type { SchemaName } from '../../core/domain/json-schema.ts'
import type { AddCommand } from '../command.ts'

/** `ftplan schema spec|report`: JSON Schema made from the very schemas that check. */
export const addSchemaCommand: AddCommand = (command, host) => {
  command
    .description('Prints the JSON Schema (draft-07) of the spec or of the report, for editors and checks.')
    .addArgument(new Argument('<document>', 'which document').choices(['spec', 'report']))
    .addOption(new Option('-o, --output <file>', 'write to a file instead of standard output'))
    .addHelpText(
      'after',
      '\nFirst line of a spec that an editor then checks:\n  # yaml-language-server: $schema=./ftplan.schema.json\n',
    )
    .action(async (name: SchemaName, { output }: { readonly output?: string }) => {
      const { jsonSchema } = await import('../../core/domain/json-schema.ts')
      const { writeResult } = await import('../output.ts')
      writeResult(host, output, `${JSON.stringify(jsonSchema(name), null, 2)}\n`)
    })
}
