import { Argument } from 'commander'
import type { AddCommand } from '../command.ts'
import { type Shell, shells } from '../completion/shells.ts'

/** `ftplan completion SHELL`: the script that a shell loads. */
export const addCompletionCommand: AddCommand = (command, host) => {
  command
    .description('Prints the completion script of a shell.')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .addHelpText(
      'after',
      [
        '',
        'Load it with:',
        '  bash        source <(ftplan completion bash)',
        '  zsh         ftplan completion zsh > ~/.zfunc/_ftplan',
        '  fish        ftplan completion fish > ~/.config/fish/completions/ftplan.fish',
        '  powershell  ftplan completion powershell | Out-String | Invoke-Expression',
        '',
      ].join('\n'),
    )
    .action(async (shell: Shell) => {
      const { completionScript } = await import('../completion/scripts.ts')
      host.out.write(completionScript(shell, command.parent ?? command))
    })
}
