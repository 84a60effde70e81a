import { Command } from 'commander'
import type { Finish } from './command.ts'
import { commands } from './commands/index.ts'
import type { Host } from './host.ts'
import { version } from './version.ts'

const footer = `
Start with:
  ftplan estimate                      rank the plans of ./ftplan.yaml, or of a built-in example
  ftplan estimate --model qwen2.5-7b --gpu rtx4090
  ftplan init                          write a commented ftplan.yaml

Exit codes: 0 fine, 1 bug, 2 usage or invalid spec, 3 no plan meets the constraints, 4 not found, 130 interrupted
`

/** The command line. Only the command that is asked for has its flags; the others are a name and a sentence. */
export function buildProgram(host: Host, finish: Finish): Command {
  const program = new Command('ftplan')
  program
    .description('Plans a fine-tuning run: memory, time, cost and quality of every way to do it.')
    .version(version, '-V, --version', 'print the version')
    .option('--debug', 'show the stack of an error')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.out.write(text),
      writeErr: (text) => host.err.write(text),
      getOutHelpWidth: () => host.out.columns ?? 80,
      getErrHelpWidth: () => host.err.columns ?? 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('(--help shows the usage)')
    .addHelpText('after', footer)
  const asked = askedCommand(host.argv)
  const everything = asked !== undefined && commands[asked]?.needsAll === true
  for (const [name, { summary, add }] of Object.entries(commands)) {
    const command = program.command(name).summary(summary)
    if (name === asked || everything) add(command, host, finish)
  }
  return program
}

/** The first word that is no flag, or what `help` is asked about. */
function askedCommand(argv: readonly string[]): string | undefined {
  const words = argv.filter((word) => !word.startsWith('-'))
  return words[0] === 'help' ? words[1] : words[0]
}
