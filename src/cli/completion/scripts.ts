import type { Command } from 'commander'
import { type CommandDescription, describeCommands, type FlagDescription } from './describe.ts'
import type { Shell } from './shells.ts'

/** Text inside single quotes of a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const namesOf = (commands: readonly CommandDescription[]): string =>
  commands.map(({ name }) => name).join(' ')

const allFlags = (commands: readonly CommandDescription[]): FlagDescription[] => [
  ...new Map(commands.flatMap(({ flags }) => flags).map((flag) => [flag.long, flag])).values(),
]

function bash(commands: readonly CommandDescription[]): string {
  const flags = allFlags(commands).filter(({ takesValue }) => takesValue)
  const values = flags.flatMap(({ long, values: words, listed }) => {
    if (listed !== null) return [`    ${long}) words=$(ftplan list ${listed} --ids 2>/dev/null) ;;`]
    return words.length === 0 ? [] : [`    ${long}) words=${quoted(words.join(' '))} ;;`]
  })
  const perCommand = commands.map(
    ({ name, flags: own, words }) =>
      `    ${name}) words=${quoted([...words, ...own.map(({ long }) => long), '--help'].join(' '))} ;;`,
  )
  return `# bash completion of ftplan: source <(ftplan completion bash)
_ftplan() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words=
  COMPREPLY=()
  case $previous in
${values.join('\n')}
  esac
  if [[ -z $words ]]; then
    if (( COMP_CWORD == 1 )); then words='${namesOf(commands)} help --help --version'
    else
      case \${COMP_WORDS[1]} in
${perCommand.join('\n')}
      esac
    fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _ftplan ftplan
`
}

function zsh(commands: readonly CommandDescription[]): string {
  const clean = (text: string) => text.replaceAll(/[[\]:]/g, ' ')
  const spec = ({ long, help, values, listed, takesValue }: FlagDescription): string => {
    const start = `*${long}[${clean(help)}]`
    if (!takesValue) return quoted(start)
    if (listed !== null) return quoted(`${start}:${listed}:($(ftplan list ${listed} --ids 2>/dev/null))`)
    return quoted(`${start}:value:${values.length === 0 ? '_files' : `(${values.join(' ')})`}`)
  }
  const perCommand = commands.map(({ name, flags, words }) => {
    const argument = words.length === 0 ? quoted('*:file:_files') : quoted(`1:word:(${words.join(' ')})`)
    return `    ${name}) _arguments ${[...flags.map(spec), argument].join(' ')} ;;`
  })
  const names = commands.map(({ name, help }) => quoted(`${name}:${clean(help)}`))
  return `#compdef ftplan
# zsh completion of ftplan: ftplan completion zsh > ~/.zfunc/_ftplan
_ftplan() {
  local -a names=(${names.join(' ')})
  if (( CURRENT == 2 )); then _describe command names; return; fi
  local name=$words[2]
  shift words; (( CURRENT-- ))
  case $name in
${perCommand.join('\n')}
  esac
}
compdef _ftplan ftplan
`
}

function fish(commands: readonly CommandDescription[]): string {
  const lines = commands.flatMap(({ name, help, flags, words }) => {
    const when = quoted(`__fish_seen_subcommand_from ${name}`)
    const flagLines = flags.map(({ long, help: text, values, listed, takesValue }) => {
      const dynamic = listed === null ? null : `(ftplan list ${listed} --ids 2>/dev/null)`
      const offered = dynamic ?? values.join(' ')
      const value = takesValue ? ` -r${offered === '' ? '' : ` -f -a ${quoted(offered)}`}` : ''
      return `complete -c ftplan -n ${when} -l ${long.replace(/^--/, '')}${value} -d ${quoted(text)}`
    })
    const wordLines =
      words.length === 0 ? [] : [`complete -c ftplan -f -n ${when} -a ${quoted(words.join(' '))}`]
    return [
      `complete -c ftplan -f -n __fish_use_subcommand -a ${name} -d ${quoted(help)}`,
      ...wordLines,
      ...flagLines,
    ]
  })
  return `# fish completion of ftplan: ftplan completion fish > ~/.config/fish/completions/ftplan.fish\n${lines.join('\n')}\n`
}

function powershell(commands: readonly CommandDescription[]): string {
  const perCommand = commands.map(({ name, flags, words }) => {
    const offered = [...words, ...flags.map(({ long }) => long)].map((word) => `'${word}'`)
    return `    '${name}' = @(${offered.join(', ')})`
  })
  return `# PowerShell completion of ftplan: ftplan completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName ftplan -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @{
${perCommand.join('\n')}
  }
  $typed = $commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() }
  $command = @($typed)[0]
  $offered = if ($words.ContainsKey("$command") -and "$command" -ne $wordToComplete) { $words["$command"] } else { $words.Keys | Sort-Object }
  $offered | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`
}

const scripts: Record<Shell, (commands: readonly CommandDescription[]) => string> = {
  bash,
  zsh,
  fish,
  powershell,
}

/** The completion script of a shell for all commands of a program. */
export const completionScript = (shell: Shell, program: Command): string =>
  scripts[shell](describeCommands(program))
