import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import { UserError } from '../core/errors.ts'
import { type Format, formats } from '../render/index.ts'
import { environmentName } from './flag-names.ts'
import type { Host } from './host.ts'
import { hardwareFlags, type SpecFlag, specFlags } from './spec-flags.ts'

/** What the common flags come to. Spec flags stay text: the spec reader gives them their values. */
export interface OutputOptions {
  readonly format: Format
  readonly json?: true
  readonly output?: string
  readonly export?: readonly FormatFile[]
  readonly top?: number
  readonly all?: true
  readonly quiet?: true
  readonly color?: boolean
  readonly timestamp: boolean
}

export interface FormatFile {
  readonly format: Format
  readonly file: string
}

const isFormat = (word: string): word is Format => (formats as readonly string[]).includes(word)

/** `csv=plans.csv` of `--export`. */
function formatFile(text: string, earlier: readonly FormatFile[] = []): readonly FormatFile[] {
  const [format = '', ...rest] = text.split('=')
  const file = rest.join('=')
  if (!isFormat(format)) throw new InvalidArgumentError(`The format is one of ${formats.join(', ')}.`)
  if (file === '') throw new InvalidArgumentError('It is FORMAT=FILE, as in csv=plans.csv.')
  return [...earlier, { format, file }]
}

const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const number = Number(text)
    if (Number.isInteger(number) && number >= least && text.trim() !== '') return number
    throw new InvalidArgumentError(`It is a whole number of at least ${least}.`)
  }

/** Gathers the values of an option that may be repeated. */
export const collect = (text: string, earlier: readonly string[] = []): readonly string[] => [
  ...earlier,
  text,
]

/** Adds an option that also reads its environment variable. */
export function addOption(command: Command, host: Host, option: Option): void {
  const name = environmentName(option.long ?? '')
  const text = host.env[name]
  if (text !== undefined && text !== '' && !option.negate) {
    option.default(option.isBoolean() ? text !== '0' && text !== 'false' : parsed(option, text, name), name)
  }
  command.addOption(option)
}

/** The value of a variable, by the parser of its option; choices are parsers too. */
function parsed(option: Option, text: string, name: string): unknown {
  if (option.parseArg === undefined) return text
  try {
    return option.parseArg(text, undefined)
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    throw new UserError('usage', `${name} is ${JSON.stringify(text)}: ${error.message}`)
  }
}

/** How and where a result is written. */
export function addOutputOptions(command: Command, host: Host, choices: readonly string[] = formats): void {
  const options = [
    new Option('-f, --format <format>', 'format of the output').choices([...choices]).default('table'),
    new Option('--json', 'short for --format json'),
    new Option('-o, --output <file>', 'write to a file instead of standard output'),
    new Option('--quiet', 'print nothing but the result'),
    new Option('--color', 'colour the output, whatever it is written to'),
    new Option('--no-color', 'never colour the output'),
    new Option('--debug', 'show the stack of an error'),
  ]
  for (const option of options) addOption(command, host, option)
}

/** More ways to write a report: which plans, and several files at once. */
export function addReportOptions(command: Command, host: Host): void {
  const options = [
    new Option('--export <format=file>', 'write the report to a file too; repeatable').argParser(formatFile),
    new Option('--top <n>', 'plans to show (default: 10, with --all every one)').argParser(wholeNumber(1)),
    new Option('--all', 'show every plan'),
    new Option('--no-timestamp', 'leave the time of the run out of the report'),
  ]
  for (const option of options) addOption(command, host, option)
}

export const presetsOption = (): Option =>
  new Option('--presets <dir>', 'presets of your own, laid over the packaged ones')
export const offlineOption = (): Option => new Option('--offline', 'never use the network')

/** Where data comes from and what is trusted. */
export function addCatalogOptions(command: Command, host: Host): void {
  const options = [
    presetsOption(),
    offlineOption(),
    new Option('--price <[gpu=]usd>', 'USD per GPU-hour instead of the price on file; repeatable').argParser(
      collect,
    ),
    new Option('--strict-prices', 'a missing price is an error'),
    new Option('--max-price-age <days>', 'ignore prices older than this').argParser(wholeNumber(0)),
    new Option(
      '--include-unverified',
      'rank fine-tuning services too whose price nobody has verified; each has a warning',
    ),
    new Option('--price-lock <file>', 'use the prices of this lock file and no others'),
  ]
  for (const option of options) addOption(command, host, option)
}

/** The spec of a command that takes one, or a stream of them. */
export const specArgument = (): Argument =>
  new Argument('[spec]', 'YAML or JSON file, - for standard input, or the id of a scenario')

/** Flags that set keys of the spec, and the one that keeps own runs out of its estimate. */
export function addSpecOptions(command: Command): void {
  command.option('--no-own-calibration', 'leave out what your own runs taught (ftplan calibrate)')
  command.optionsGroup('Spec (flags win over the file):')
  const add = ({ flags, kind, help }: SpecFlag) => {
    const option = new Option(flags, help)
    if (kind === 'words' || kind === 'numbers') option.argParser(collect)
    command.addOption(option)
  }
  for (const flag of specFlags) add(flag)
  command.addOption(new Option('--gpu <ids>', 'GPUs to try; repeatable').argParser(collect))
  for (const flag of hardwareFlags) add(flag)
  command.addOption(
    new Option('--set <key=value>', 'any other key of the spec; repeatable').argParser(collect),
  )
}
