import type { Command } from 'commander'

/** A flag as a shell offers it. */
export interface FlagDescription {
  readonly long: string
  readonly help: string
  /** Words that the flag takes; empty when it takes none or anything. */
  readonly values: readonly string[]
  /** Kind of `ftplan list` whose ids the flag takes. */
  readonly listed: string | null
  readonly takesValue: boolean
}

export interface CommandDescription {
  readonly name: string
  readonly help: string
  readonly flags: readonly FlagDescription[]
  /** Words that the first argument may be. */
  readonly words: readonly string[]
}

/** Flags whose values are ids of presets. */
const listedBy: Readonly<Record<string, string>> = {
  '--model': 'models',
  '--gpu': 'gpus',
  '--optimizer': 'optimizers',
  '--method': 'methods',
  '--stack': 'stacks',
}

/** Every command with its flags, read off the command line itself. */
export const describeCommands = (program: Command): CommandDescription[] =>
  program.commands.map((command) => ({
    name: command.name(),
    help: command.summary() || command.description(),
    words: [
      ...command.commands.map((child) => child.name()),
      ...(command.registeredArguments[0]?.argChoices ?? []),
    ],
    flags: command.options.map((option) => ({
      long: option.long ?? option.flags,
      help: option.description,
      values: option.argChoices ?? [],
      listed: listedBy[option.long ?? ''] ?? null,
      takesValue: !option.isBoolean(),
    })),
  }))
